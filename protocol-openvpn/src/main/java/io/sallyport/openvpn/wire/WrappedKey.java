package io.sallyport.openvpn.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.openvpn.wire.WireException.Fault;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A client's key under the server's, which the server gets back from the client:
 *
 * <pre>
 * 32 tag | 256 client key and 0..734 metadata, encrypted | 2 length of all three
 * tag = HMAC-SHA256(length, client key, metadata);  AES-256-CTR, whose IV is the tag's first 16 octets
 * </pre>
 */
final class WrappedKey {
    static final int MAX_OCTETS = 1024;

    private static final int LENGTH_OCTETS = 2;

    static final int MIN_OCTETS = WrapCrypto.TAG_OCTETS + StaticKey.OCTETS + LENGTH_OCTETS;

    /** What a wrapped key holds; the caller closes the key. */
    record Opened(StaticKey key, KeyMetadata metadata) {}

    private WrappedKey() {}

    static Octets seal(ServerKeyV2 server, StaticKey client, KeyMetadata metadata, WrapCrypto crypto) {
        ByteBuf plain = Unpooled.buffer(MAX_OCTETS).writeBytes(client.octets().expose());
        KeyMetadata.encode(metadata, plain);
        byte[] body = new byte[plain.readableBytes()];
        plain.readBytes(body);
        Arrays.fill(plain.array(), (byte) 0);
        int length = WrapCrypto.TAG_OCTETS + body.length + LENGTH_OCTETS;
        if (length > MAX_OCTETS) {
            throw new IllegalArgumentException("a wrapped client key of " + length + " octets");
        }
        byte[] key = server.octets().expose();
        byte[] tag = crypto.hmac(HmacDigest.SHA256, key, ServerKeyV2.HMAC_KEY_AT, lengthOctets(length), body);
        byte[] encrypted = crypto.ctr(key, ServerKeyV2.CIPHER_KEY_AT, tag, body);
        Arrays.fill(body, (byte) 0);
        ByteBuf out = Unpooled.buffer(length).writeBytes(tag).writeBytes(encrypted);
        return Octets.read(out.writeBytes(lengthOctets(length)));
    }

    /**
     * How many octets at the end of this packet are a wrapped key, by its own word; what is before it has room for a
     * packet.
     */
    static int lengthBehind(ByteBuf packet) throws WireException {
        int octets = packet.readableBytes();
        if (octets > ControlPacket.MAX_OCTETS) {
            throw new WireException(Fault.TOO_LARGE, "a control packet of " + octets + " octets");
        }
        if (octets <= TlsCrypt.FIXED_OCTETS + MIN_OCTETS) {
            throw new WireException(Fault.TRUNCATED, "no room for a wrapped client key in " + octets + " octets");
        }
        int length = packet.getUnsignedShort(packet.writerIndex() - LENGTH_OCTETS);
        if (length < MIN_OCTETS || length > MAX_OCTETS) {
            throw new WireException(Fault.MALFORMED, "a wrapped client key of " + length + " octets");
        }
        if (length >= octets - TlsCrypt.FIXED_OCTETS) {
            throw new WireException(Fault.TRUNCATED, "a wrapped client key of more octets than came");
        }
        return length;
    }

    /** All that is readable is the wrapped key, its length checked by {@link #lengthBehind}. */
    static Opened open(ByteBuf wrapped, ServerKeyV2 server, WrapCrypto crypto) throws WireException {
        byte[] length = lengthOctets(wrapped.readableBytes());
        byte[] tag = new byte[WrapCrypto.TAG_OCTETS];
        wrapped.readBytes(tag);
        byte[] encrypted = new byte[wrapped.readableBytes() - LENGTH_OCTETS];
        wrapped.readBytes(encrypted);
        byte[] key = server.octets().expose();
        byte[] body = crypto.ctr(key, ServerKeyV2.CIPHER_KEY_AT, tag, encrypted);
        try {
            byte[] expected = crypto.hmac(HmacDigest.SHA256, key, ServerKeyV2.HMAC_KEY_AT, length, body);
            if (!MessageDigest.isEqual(tag, expected)) {
                throw new WireException(Fault.NOT_AUTHENTIC, "a client key wrapped under another server key");
            }
            ByteBuf rest = Unpooled.wrappedBuffer(body, StaticKey.OCTETS, body.length - StaticKey.OCTETS);
            KeyMetadata metadata = KeyMetadata.decode(rest);
            return new Opened(new StaticKey(Secret.taking(Arrays.copyOf(body, StaticKey.OCTETS))), metadata);
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    private static byte[] lengthOctets(int length) {
        return new byte[] {(byte) (length >> 8), (byte) length};
    }
}
