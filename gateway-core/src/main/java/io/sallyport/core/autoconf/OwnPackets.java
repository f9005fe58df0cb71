package io.sallyport.core.autoconf;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.packet.Checksum;
import io.sallyport.core.packet.Ipv4;
import io.sallyport.core.packet.Ipv6;
import io.sallyport.core.packet.PacketBuffers;

/** Packets that the gateway itself sends: begun with room for their headers, filled, and finished with lengths and checksums. */
final class OwnPackets {
    static final int UDP_HEADER = 8;

    private static final int TTL = 64;
    /** RFC 4861 §4: of every message of neighbour discovery. */
    private static final int DISCOVERY_HOP_LIMIT = 255;

    private static final int UDP_LENGTH = 4;
    private static final int UDP_CHECKSUM = 6;
    private static final int ICMP_CHECKSUM = 2;

    private OwnPackets() {}

    static ByteBuf beginUdp4() {
        return begin(Ipv4.MIN_HEADER_OCTETS + UDP_HEADER);
    }

    static ByteBuf beginUdp6() {
        return begin(Ipv6.HEADER_OCTETS + UDP_HEADER);
    }

    /** The ICMPv6 message follows with its header, the checksum of zero. */
    static ByteBuf beginIcmp6() {
        return begin(Ipv6.HEADER_OCTETS);
    }

    private static ByteBuf begin(int headers) {
        return PacketBuffers.take().writeZero(headers);
    }

    static ByteBuf finishUdp4(ByteBuf packet, int source, int destination, int sourcePort, int destinationPort) {
        int at = packet.readerIndex();
        Ipv4.set(packet, at, packet.readableBytes(), Ipv4.PROTOCOL_UDP, TTL, source, destination);
        return finishUdp(packet, at + Ipv4.MIN_HEADER_OCTETS, sourcePort, destinationPort);
    }

    static ByteBuf finishUdp6(
            ByteBuf packet, Link.Address source, Link.Address destination, int sourcePort, int destinationPort) {
        int at = packet.readerIndex();
        setHeader6(packet, Ipv6.NEXT_HEADER_UDP, TTL, source, destination);
        return finishUdp(packet, at + Ipv6.HEADER_OCTETS, sourcePort, destinationPort);
    }

    private static ByteBuf finishUdp(ByteBuf packet, int udp, int sourcePort, int destinationPort) {
        int length = packet.writerIndex() - udp;
        packet.setShort(udp, sourcePort).setShort(udp + 2, destinationPort).setShort(udp + UDP_LENGTH, length);
        long sum = Checksum.pseudoHeader(packet, packet.readerIndex(), Ipv4.PROTOCOL_UDP, length)
                + Checksum.sum(packet, udp, length);
        packet.setShort(udp + UDP_CHECKSUM, Checksum.finishUdp(sum));
        return packet;
    }

    static ByteBuf finishIcmp6(ByteBuf packet, Link.Address source, Link.Address destination) {
        int at = packet.readerIndex();
        int length = packet.readableBytes() - Ipv6.HEADER_OCTETS;
        setHeader6(packet, Ipv6.NEXT_HEADER_ICMPV6, DISCOVERY_HOP_LIMIT, source, destination);
        int icmp = at + Ipv6.HEADER_OCTETS;
        long sum =
                Checksum.pseudoHeader(packet, at, Ipv6.NEXT_HEADER_ICMPV6, length) + Checksum.sum(packet, icmp, length);
        packet.setShort(icmp + ICMP_CHECKSUM, Checksum.finish(sum));
        return packet;
    }

    private static void setHeader6(
            ByteBuf packet, int nextHeader, int hopLimit, Link.Address source, Link.Address destination) {
        int at = packet.readerIndex();
        Ipv6.set(packet, at, packet.readableBytes() - Ipv6.HEADER_OCTETS, nextHeader, hopLimit);
        Ipv6.setSource(packet, at, source.high(), source.low());
        Ipv6.setDestination(packet, at, destination.high(), destination.low());
    }
}
