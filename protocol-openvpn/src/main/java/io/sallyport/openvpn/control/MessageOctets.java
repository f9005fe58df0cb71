package io.sallyport.openvpn.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.openvpn.wire.ControlMessage;
import io.sallyport.openvpn.wire.KeyMethod2;
import java.util.Arrays;

/** Messages as the plaintext of one TLS record; what was in between is wiped. */
final class MessageOctets {
    private MessageOctets() {}

    static byte[] of(KeyMethod2 message) {
        // So large that it never grows, which would leave a copy behind.
        int octets =
                message instanceof KeyMethod2.Client ? 2 * KeyMethod2.MAX_OCTETS : 2 * KeyMethod2.MAX_OPTIONS_OCTETS;
        ByteBuf buffer = Unpooled.buffer(octets, octets);
        KeyMethod2.encode(message, buffer);
        return taken(buffer);
    }

    static byte[] of(ControlMessage message) {
        ByteBuf buffer = Unpooled.buffer();
        ControlMessage.encode(message, buffer);
        return taken(buffer);
    }

    private static byte[] taken(ByteBuf buffer) {
        byte[] octets = new byte[buffer.readableBytes()];
        buffer.readBytes(octets);
        Arrays.fill(buffer.array(), (byte) 0);
        buffer.release();
        return octets;
    }
}
