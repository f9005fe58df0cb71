package io.sallyport.sstp.wire;

import io.netty.buffer.ByteBuf;

/** The four octets before every packet, MS-SSTP §2.2.1: version, reserved bits and C, reserved bits and length. */
public final class SstpPacket {
    public static final int HEADER_OCTETS = 4;
    /** The length, which counts the header, has 12 bits. */
    public static final int MAX_OCTETS = 4095;

    static final int VERSION = 0x10;
    static final int CONTROL = 0x01;
    private static final int LENGTH_BITS = 0x0fff;

    private SstpPacket() {}

    /** Puts a data packet's header before what is readable, at most {@link #MAX_OCTETS} with the header, into the room that is there. */
    public static void prependDataHeader(ByteBuf payload) {
        int length = payload.readableBytes() + HEADER_OCTETS;
        if (length > MAX_OCTETS) {
            throw new IllegalArgumentException("a packet of " + length + " octets");
        }
        int at = payload.readerIndex() - HEADER_OCTETS;
        payload.setInt(at, VERSION << 24 | length);
        payload.readerIndex(at);
    }

    /** Octets of the packet at this index, its header included, or -1 when no packet begins so. */
    static int length(ByteBuf buf, int at) {
        int length = buf.getUnsignedShort(at + 2) & LENGTH_BITS;
        // "the 8-bit value of the Version field MUST be 0x10"
        return buf.getByte(at) == VERSION && length >= HEADER_OCTETS ? length : -1;
    }

    static boolean isControl(ByteBuf buf, int at) {
        return (buf.getByte(at + 1) & CONTROL) != 0;
    }
}
