package io.sallyport.core.packet;

import io.netty.buffer.ByteBuf;

/** An IP packet of either version. Indices are absolute; nothing is read or moved unless a method says so. */
public final class IpPacket {
    private IpPacket() {}

    /** The version field, 0..15, of the packet at this index; there must be an octet. */
    public static int version(ByteBuf buf, int at) {
        return buf.getUnsignedByte(at) >>> 4;
    }

    /**
     * Whether what is readable begins with a whole IPv4 or IPv6 packet: its header is there and its length field is neither shorter than its header nor longer than the
     * buffer. After true, the fixed header may be read without further checks, and the writer index stands at the packet's end: link padding is cut off. After false the
     * buffer is as it was; count {@code MALFORMED_IP}. Checksums are the destination's affair.
     */
    public static boolean wellFormed(ByteBuf buf) {
        int at = buf.readerIndex();
        int length = length(buf, at, buf.readableBytes());
        if (length < 0) {
            return false;
        }
        buf.writerIndex(at + length);
        return true;
    }

    /** Octets of the packet at this index, or -1 when the {@code available} octets there are no whole packet. */
    static int length(ByteBuf buf, int at, int available) {
        if (available < Ipv4.MIN_HEADER_OCTETS) {
            return -1;
        }
        int length = switch (version(buf, at)) {
            case 4 -> ipv4Length(buf, at);
            case 6 -> available < Ipv6.HEADER_OCTETS ? -1 : Ipv6.HEADER_OCTETS + Ipv6.payloadLength(buf, at);
            default -> -1;
        };
        return length > available ? -1 : length;
    }

    private static int ipv4Length(ByteBuf buf, int at) {
        int header = Ipv4.headerLength(buf, at);
        int total = Ipv4.totalLength(buf, at);
        return header < Ipv4.MIN_HEADER_OCTETS || header > total ? -1 : total;
    }
}
