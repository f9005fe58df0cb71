package io.sallyport.core.support;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.packet.Checksum;
import io.sallyport.core.packet.IpPacket;
import io.sallyport.core.packet.Ipv4;
import io.sallyport.core.packet.Ipv6;

/** Packets with which clients ask the gateway for their settings; lengths and checksums are right. */
public final class TunnelQuestions {
    /** A client's of Windows, less what Windows says of itself: asks for 1, 15, 3, 6, 44, 46, 47, 31, 33, 121, 249, 43. */
    public static final String WINDOWS_OPTIONS =
            "350108 3d0701525354000001 3c084d53465420352e30 370c010f03062c2e2f1f2179f92b ff";

    private TunnelQuestions() {}

    /** A DHCP message of a client with this ciaddr (8 hex digits); the options' last octet is their end. */
    public static Octets dhcp(String ciaddr, String options) {
        return Octets.fromHex("01 08 06 00 3903f326 0000 0000" + ciaddr + "00000000 00000000 00000000"
                + "5253540000010000 0000000000000000" + "00".repeat(192) + "63825363" + options);
    }

    /** From the leased address to everybody. */
    public static ByteBuf inform(String source, String options) {
        return udp(source, "255.255.255.255", 68, 67, dhcp(hex(source), options));
    }

    /** Type, code, checksum of zero and what follows. */
    public static ByteBuf icmp6(String source, String destination, int hopLimit, String message) {
        Octets octets = Octets.fromHex(message);
        ByteBuf packet = TestPackets.packet(source, destination, octets.length());
        int at = packet.readerIndex();
        int icmp = at + Ipv6.HEADER_OCTETS;
        Ipv6.set(packet, at, octets.length(), Ipv6.NEXT_HEADER_ICMPV6, hopLimit);
        packet.setBytes(icmp, octets.toByteArray());
        packet.setShort(icmp + 2, Checksum.finish(sum(packet, icmp, Ipv6.NEXT_HEADER_ICMPV6)));
        return packet;
    }

    public static ByteBuf udp(String source, String destination, int sourcePort, int destinationPort, Octets payload) {
        ByteBuf packet = TestPackets.packet(source, destination, 8 + payload.length());
        int udp = packet.writerIndex() - 8 - payload.length();
        packet.setShort(udp, sourcePort).setShort(udp + 2, destinationPort).setShort(udp + 4, 8 + payload.length());
        packet.setShort(udp + 6, 0).setBytes(udp + 8, payload.toByteArray());
        packet.setShort(udp + 6, Checksum.finishUdp(sum(packet, udp, Ipv4.PROTOCOL_UDP)));
        return packet;
    }

    /** To all DHCPv6 servers of the link. */
    public static ByteBuf dhcp6(String source, String message) {
        return udp(source, "ff02::1:2", 546, 547, Octets.fromHex(message));
    }

    /** Whether the checksums of this packet, UDP or ICMPv6, are right. */
    public static boolean hasRightChecksums(ByteBuf packet) {
        int at = packet.readerIndex();
        boolean ipv4 = IpPacket.version(packet, at) == 4;
        int header = ipv4 ? Ipv4.headerLength(packet, at) : Ipv6.HEADER_OCTETS;
        int protocol = ipv4 ? Ipv4.protocol(packet, at) : Ipv6.nextHeader(packet, at);
        boolean headerRight = !ipv4 || Checksum.finish(Checksum.sum(packet, at, header)) == 0;
        return headerRight && Checksum.finish(sum(packet, at + header, protocol)) == 0;
    }

    private static long sum(ByteBuf packet, int transport, int protocol) {
        int length = packet.writerIndex() - transport;
        return Checksum.pseudoHeader(packet, packet.readerIndex(), protocol, length)
                + Checksum.sum(packet, transport, length);
    }

    private static String hex(String ipv4) {
        return Octets.read(Unpooled.wrappedBuffer(
                        java.net.InetAddress.ofLiteral(ipv4).getAddress()))
                .toHex();
    }
}
