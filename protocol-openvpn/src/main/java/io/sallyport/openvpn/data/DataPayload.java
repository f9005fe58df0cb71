package io.sallyport.openvpn.data;

import io.netty.buffer.ByteBuf;

/** What the data channel carries: IP packets, and messages that are told from them by their first octets. */
public enum DataPayload {
    IP_PACKET,
    /** Shows that the sender lives, and no more. */
    PING,
    /** The sender leaves. */
    EXIT,
    /** Another message of the options consistency check: ignored. */
    OTHER_OCC,
    /** An octet of a compression framing before the packet. */
    COMPRESSED,
    UNKNOWN;

    private static final long PING_FIRST = 0x2a187bf3_641eb4cbL;
    private static final long PING_LAST = 0x07ed2d0a_981fc748L;
    private static final long OCC_FIRST = 0x287f346b_d4ef7a81L;
    private static final long OCC_LAST = 0x2d56b8d3_afc5459cL;
    private static final int MAGIC_OCTETS = 16;
    private static final int OCC_EXIT = 6;

    /** Looks at the readable octets of an opened packet. */
    public static DataPayload of(ByteBuf payload) {
        int at = payload.readerIndex();
        int length = payload.readableBytes();
        if (length == 0) {
            return UNKNOWN;
        }
        int first = payload.getUnsignedByte(at);
        if (first >> 4 == 4 || first >> 4 == 6) {
            return IP_PACKET;
        }
        if (length == MAGIC_OCTETS && payload.getLong(at) == PING_FIRST && payload.getLong(at + 8) == PING_LAST) {
            return PING;
        }
        if (length > MAGIC_OCTETS && payload.getLong(at) == OCC_FIRST && payload.getLong(at + 8) == OCC_LAST) {
            return payload.getByte(at + MAGIC_OCTETS) == OCC_EXIT ? EXIT : OTHER_OCC;
        }
        // 0xfa and 0xfb: no compression, with and without the octet swap, of --compress stub.
        return first == 0xfa || first == 0xfb ? COMPRESSED : UNKNOWN;
    }

    /** Writes a ping. */
    public static void writePing(ByteBuf out) {
        out.writeLong(PING_FIRST).writeLong(PING_LAST);
    }

    /** Writes a goodbye. */
    public static void writeExit(ByteBuf out) {
        out.writeLong(OCC_FIRST).writeLong(OCC_LAST).writeByte(OCC_EXIT);
    }
}
