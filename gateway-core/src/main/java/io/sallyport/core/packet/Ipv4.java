package io.sallyport.core.packet;

import io.netty.buffer.ByteBuf;

/** The IPv4 header (RFC 791 §3.1) at an absolute index of a buffer in which {@link IpPacket#wellFormed} found a packet. */
public final class Ipv4 {
    public static final int MIN_HEADER_OCTETS = 20;
    /** RFC 791 §3.1: "The fragment offset is measured in units of 8 octets". */
    public static final int FRAGMENT_UNIT = 8;

    public static final int PROTOCOL_ICMP = 1;
    public static final int PROTOCOL_TCP = 6;
    public static final int PROTOCOL_UDP = 17;

    private static final int TOTAL_LENGTH = 2;
    private static final int FRAGMENT = 6;
    private static final int TTL = 8;
    private static final int PROTOCOL = 9;
    private static final int CHECKSUM = 10;
    private static final int SOURCE = 12;
    private static final int DESTINATION = 16;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int OFFSET_MASK = 0x1fff;
    private static final int VERSION_4_IHL_5 = 0x4500;

    private Ipv4() {}

    /** Octets of the header with its options, 0..60. */
    public static int headerLength(ByteBuf buf, int at) {
        return (buf.getByte(at) & 0xf) * 4;
    }

    /** Octets of header and payload. */
    public static int totalLength(ByteBuf buf, int at) {
        return buf.getUnsignedShort(at + TOTAL_LENGTH);
    }

    public static int ttl(ByteBuf buf, int at) {
        return buf.getUnsignedByte(at + TTL);
    }

    public static int protocol(ByteBuf buf, int at) {
        return buf.getUnsignedByte(at + PROTOCOL);
    }

    /** The address in network order: 10.0.0.1 is 0x0a000001. */
    public static int source(ByteBuf buf, int at) {
        return buf.getInt(at + SOURCE);
    }

    /** The address in network order. */
    public static int destination(ByteBuf buf, int at) {
        return buf.getInt(at + DESTINATION);
    }

    /** Leaves the checksum alone, which is right when the two are only exchanged. */
    public static void setAddresses(ByteBuf buf, int at, int source, int destination) {
        buf.setInt(at + SOURCE, source);
        buf.setInt(at + DESTINATION, destination);
    }

    public static boolean dontFragment(ByteBuf buf, int at) {
        return (buf.getShort(at + FRAGMENT) & DONT_FRAGMENT) != 0;
    }

    public static boolean isFragment(ByteBuf buf, int at) {
        return (buf.getShort(at + FRAGMENT) & (MORE_FRAGMENTS | OFFSET_MASK)) != 0;
    }

    /** Whether the transport header is elsewhere: in the fragment at offset 0. */
    public static boolean isLaterFragment(ByteBuf buf, int at) {
        return (buf.getShort(at + FRAGMENT) & OFFSET_MASK) != 0;
    }

    /**
     * Makes the header, which is a copy of its datagram's and has no options, that of a part of it; with its checksum.
     *
     * @param offset of the part in the datagram's own payload, which may be a part itself; whole units but for the last
     * @param more whether other parts of the datagram's payload follow
     */
    public static void makeFragment(ByteBuf buf, int at, int offset, int payloadLength, boolean more) {
        int fragment = buf.getUnsignedShort(at + FRAGMENT) + offset / FRAGMENT_UNIT;
        buf.setShort(at + FRAGMENT, more ? fragment | MORE_FRAGMENTS : fragment);
        buf.setShort(at + TOTAL_LENGTH, MIN_HEADER_OCTETS + payloadLength);
        buf.setShort(at + CHECKSUM, 0);
        buf.setShort(at + CHECKSUM, Checksum.finish(Checksum.sum(buf, at, MIN_HEADER_OCTETS)));
    }

    /**
     * Writes a header of 20 octets without options, with its checksum, DF set and identification 0 (RFC 6864 §4.1: an atomic datagram's identification means nothing).
     *
     * @param totalLength octets of header and payload, at most 65,535
     */
    public static void set(ByteBuf buf, int at, int totalLength, int protocol, int ttl, int source, int destination) {
        buf.setShort(at, VERSION_4_IHL_5);
        buf.setShort(at + TOTAL_LENGTH, totalLength);
        buf.setInt(at + 4, DONT_FRAGMENT);
        buf.setByte(at + TTL, ttl);
        buf.setByte(at + PROTOCOL, protocol);
        buf.setShort(at + CHECKSUM, 0);
        buf.setInt(at + SOURCE, source);
        buf.setInt(at + DESTINATION, destination);
        buf.setShort(at + CHECKSUM, Checksum.finish(Checksum.sum(buf, at, MIN_HEADER_OCTETS)));
    }
}
