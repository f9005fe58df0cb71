package io.sallyport.core.forward;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.packet.Checksum;
import io.sallyport.core.packet.IpPacket;
import io.sallyport.core.packet.Ipv4;
import io.sallyport.core.packet.Ipv6;
import io.sallyport.core.packet.PacketBuffers;
import org.jspecify.annotations.Nullable;

/**
 * Tells the sender of a packet what size fits: Fragmentation Needed (RFC 792, with the MTU of RFC 1191 §4) and Packet Too Big (RFC 4443 §3.2). It comes from where the packet was going, because a
 * host believes no packet from a device that bears its own address, and the gateway's is the host's.
 */
final class PacketTooBig {
    /** RFC 1812 §4.3.2.3: "as much of the original datagram as possible without the length of the ICMP datagram exceeding 576 bytes". */
    static final int MOST_OCTETS_4 = 576;
    /** RFC 4443 §3.2: "As much of invoking packet as possible without the ICMPv6 packet exceeding the minimum IPv6 MTU". */
    static final int MOST_OCTETS_6 = 1280;

    private static final int TYPE_4 = 3;
    private static final int CODE_4 = 4;
    private static final int TYPE_6 = 2;
    private static final int TTL = 64;
    private static final int ICMP_HEADER = 8;
    private static final int CHECKSUM = 2;
    private static final int MTU = 4;
    /** RFC 4443 §2.1: "Error messages are identified as such by a zero in the high-order bit of their message Type field". */
    private static final int FIRST_INFORMATIONAL_6 = 128;

    private PacketTooBig() {}

    /**
     * The message, with the room around it that queues want; null when RFC 1812 §4.3.2.7 or RFC 4443 §2.4 (e) lets nobody be told.
     *
     * @param packet well-formed, and as it came; borrowed
     * @param mtu what fits
     */
    static @Nullable ByteBuf about(ByteBuf packet, int mtu) {
        int at = packet.readerIndex();
        if (IpPacket.version(packet, at) == 4) {
            return mayBeTold4(packet, at) ? about4(packet, at, mtu) : null;
        }
        return mayBeTold6(packet, at) ? about6(packet, at, mtu) : null;
    }

    private static ByteBuf about4(ByteBuf packet, int at, int mtu) {
        int headers = Ipv4.MIN_HEADER_OCTETS + ICMP_HEADER;
        ByteBuf message = quote(packet, headers, MOST_OCTETS_4);
        int start = message.readerIndex();
        int length = message.readableBytes();
        int from = Ipv4.destination(packet, at);
        int to = Ipv4.source(packet, at);
        Ipv4.set(message, start, length, Ipv4.PROTOCOL_ICMP, TTL, from, to);
        int icmp = start + Ipv4.MIN_HEADER_OCTETS;
        message.setByte(icmp, TYPE_4).setByte(icmp + 1, CODE_4).setShort(icmp + MTU + 2, mtu);
        long sum = Checksum.sum(message, icmp, length - Ipv4.MIN_HEADER_OCTETS);
        return message.setShort(icmp + CHECKSUM, Checksum.finish(sum));
    }

    private static ByteBuf about6(ByteBuf packet, int at, int mtu) {
        ByteBuf message = quote(packet, Ipv6.HEADER_OCTETS + ICMP_HEADER, MOST_OCTETS_6);
        int start = message.readerIndex();
        int length = message.readableBytes() - Ipv6.HEADER_OCTETS;
        Ipv6.set(message, start, length, Ipv6.NEXT_HEADER_ICMPV6, TTL);
        Ipv6.setSource(message, start, Ipv6.destinationHigh(packet, at), Ipv6.destinationLow(packet, at));
        Ipv6.setDestination(message, start, Ipv6.sourceHigh(packet, at), Ipv6.sourceLow(packet, at));
        int icmp = start + Ipv6.HEADER_OCTETS;
        message.setByte(icmp, TYPE_6).setInt(icmp + MTU, mtu);
        long sum = Checksum.pseudoHeader(message, start, Ipv6.NEXT_HEADER_ICMPV6, length)
                + Checksum.sum(message, icmp, length);
        return message.setShort(icmp + CHECKSUM, Checksum.finish(sum));
    }

    /** Room for the headers, of zeros, and behind it the beginning of the packet. */
    private static ByteBuf quote(ByteBuf packet, int headers, int most) {
        int quoted = Math.min(packet.readableBytes(), most - headers);
        return PacketBuffers.take().writeZero(headers).writeBytes(packet, packet.readerIndex(), quoted);
    }

    private static boolean mayBeTold4(ByteBuf packet, int at) {
        int source = Ipv4.source(packet, at);
        return !Martians.isMartian(source)
                && !Martians.isMulticastOrBroadcast(source)
                && !Martians.isMulticastOrBroadcast(Ipv4.destination(packet, at))
                && !Ipv4.isLaterFragment(packet, at)
                && !isError4(packet, at);
    }

    /** Of ICMP, all but the queries and replies of RFC 792 and RFC 950. */
    private static boolean isError4(ByteBuf packet, int at) {
        int icmp = at + Ipv4.headerLength(packet, at);
        if (Ipv4.protocol(packet, at) != Ipv4.PROTOCOL_ICMP || icmp >= packet.writerIndex()) {
            return false;
        }
        int type = packet.getUnsignedByte(icmp);
        boolean query = type == 0 || type == 8 || (type >= 13 && type <= 18);
        return !query;
    }

    private static boolean mayBeTold6(ByteBuf packet, int at) {
        long high = Ipv6.sourceHigh(packet, at);
        return !Martians.isMartian(high, Ipv6.sourceLow(packet, at))
                && !Martians.isMulticast(high)
                && !isError6(packet, at);
    }

    private static boolean isError6(ByteBuf packet, int at) {
        int icmp = at + Ipv6.HEADER_OCTETS;
        return Ipv6.nextHeader(packet, at) == Ipv6.NEXT_HEADER_ICMPV6
                && icmp < packet.writerIndex()
                && packet.getUnsignedByte(icmp) < FIRST_INFORMATIONAL_6;
    }
}
