package io.sallyport.openvpn.wire;

import io.netty.buffer.ByteBuf;

/**
 * What tls-crypt and tls-auth number their packets with: unsigned 32-bit seconds of the sender's clock at its start, and a count
 * from 1. {@link #NONE} where packets carry none.
 */
public record ReplayId(long seconds, long count) {
    public static final ReplayId NONE = new ReplayId(0, 0);

    static final int OCTETS = 8;

    /** A tls-crypt-v2 client that begins to count here brings its wrapped key again when it is asked to. */
    static final long EARLY_NEGOTIATION = 0x0f00_0000L;

    private static final long EARLY_NEGOTIATION_MASK = 0xff00_0000L;

    static ReplayId read(ByteBuf in) {
        long count = in.readUnsignedInt();
        return new ReplayId(in.readUnsignedInt(), count);
    }

    void writeTo(ByteBuf out) {
        out.writeInt((int) count);
        out.writeInt((int) seconds);
    }

    boolean announcesEarlyNegotiation() {
        return (count & EARLY_NEGOTIATION_MASK) == EARLY_NEGOTIATION;
    }
}
