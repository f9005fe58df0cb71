package io.sallyport.openvpn.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;

/** What a server's hard reset may carry for a client that announced that it reads it: types, lengths and values. */
final class EarlyNegotiation {
    private static final int FLAGS = 1;
    private static final int FLAGS_OCTETS = 2;
    private static final int FLAG_RESEND_WRAPPED_KEY = 1;

    /** Asks a tls-crypt-v2 client for its wrapped key once more. */
    static final Octets RESEND_WRAPPED_KEY = encode(FLAG_RESEND_WRAPPED_KEY);

    private EarlyNegotiation() {}

    private static Octets encode(int flags) {
        return Octets.read(
                Unpooled.buffer().writeShort(FLAGS).writeShort(FLAGS_OCTETS).writeShort(flags));
    }

    /** Whether the server wants the wrapped key again; what is not understood is passed over. */
    static boolean wantsWrappedKey(Octets payload) {
        ByteBuf in = Unpooled.wrappedBuffer(payload.toByteArray());
        while (in.readableBytes() >= 4) {
            int type = in.readUnsignedShort();
            int length = in.readUnsignedShort();
            if (length > in.readableBytes()) {
                return false;
            }
            if (type == FLAGS && length == FLAGS_OCTETS) {
                return (in.readUnsignedShort() & FLAG_RESEND_WRAPPED_KEY) != 0;
            }
            in.skipBytes(length);
        }
        return false;
    }
}
