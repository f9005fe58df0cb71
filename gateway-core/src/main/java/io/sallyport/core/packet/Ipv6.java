package io.sallyport.core.packet;

import io.netty.buffer.ByteBuf;

/** The IPv6 header (RFC 8200 §3) at an absolute index of a buffer in which {@link IpPacket#wellFormed} found a packet. */
public final class Ipv6 {
    public static final int HEADER_OCTETS = 40;
    public static final int NEXT_HEADER_TCP = 6;
    public static final int NEXT_HEADER_UDP = 17;
    public static final int NEXT_HEADER_ICMPV6 = 58;

    static final int NEXT_HEADER = 6;
    private static final int PAYLOAD_LENGTH = 4;
    private static final int HOP_LIMIT = 7;
    private static final int SOURCE = 8;
    private static final int DESTINATION = 24;
    private static final int VERSION_6 = 0x60000000;

    private Ipv6() {}

    /** Octets after the fixed header. */
    public static int payloadLength(ByteBuf buf, int at) {
        return buf.getUnsignedShort(at + PAYLOAD_LENGTH);
    }

    public static int nextHeader(ByteBuf buf, int at) {
        return buf.getUnsignedByte(at + NEXT_HEADER);
    }

    public static int hopLimit(ByteBuf buf, int at) {
        return buf.getUnsignedByte(at + HOP_LIMIT);
    }

    /** The first eight octets of the address, in network order. */
    public static long sourceHigh(ByteBuf buf, int at) {
        return buf.getLong(at + SOURCE);
    }

    /** The last eight octets of the address, in network order. */
    public static long sourceLow(ByteBuf buf, int at) {
        return buf.getLong(at + SOURCE + 8);
    }

    public static long destinationHigh(ByteBuf buf, int at) {
        return buf.getLong(at + DESTINATION);
    }

    public static long destinationLow(ByteBuf buf, int at) {
        return buf.getLong(at + DESTINATION + 8);
    }

    /** Writes version, lengths and limit of a header with traffic class and flow label 0; the addresses are {@link #setSource} and {@link #setDestination}. */
    public static void set(ByteBuf buf, int at, int payloadLength, int nextHeader, int hopLimit) {
        buf.setInt(at, VERSION_6);
        buf.setShort(at + PAYLOAD_LENGTH, payloadLength);
        buf.setByte(at + NEXT_HEADER, nextHeader);
        buf.setByte(at + HOP_LIMIT, hopLimit);
    }

    public static void setSource(ByteBuf buf, int at, long high, long low) {
        buf.setLong(at + SOURCE, high);
        buf.setLong(at + SOURCE + 8, low);
    }

    public static void setDestination(ByteBuf buf, int at, long high, long low) {
        buf.setLong(at + DESTINATION, high);
        buf.setLong(at + DESTINATION + 8, low);
    }
}
