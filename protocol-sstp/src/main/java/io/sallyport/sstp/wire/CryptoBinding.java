package io.sallyport.sstp.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.sstp.wire.ControlMessage.CallConnected;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What ties the authentication within to the TLS around it, MS-SSTP §3.2.5.2: from the higher-layer authentication key (HLAK) a compound MAC key, and with that a MAC over the whole
 * message that names the nonce and the certificate.
 */
public final class CryptoBinding {
    public static final int HLAK_OCTETS = 32;

    private static final int MAC_AT = 80;
    private static final int MESSAGE_OCTETS = 112;
    private static final byte[] SEED = "SSTP inner method derived CMK".getBytes(StandardCharsets.US_ASCII);

    private CryptoBinding() {}

    /**
     * The key that both ends begin with. "If the HLAK is more than 32 octets, then the first 32 octets form the HLAK. [...] If the HLAK is less than 32 octets, then the string is padded
     * with 0x00 at the end"; a method that makes no keys leaves zeros.
     *
     * @param keyingMaterial of the authentication, as this end names it; not taken
     */
    public static Secret hlak(@Nullable Secret keyingMaterial) {
        return Secret.taking(
                keyingMaterial == null ? new byte[HLAK_OCTETS] : Arrays.copyOf(keyingMaterial.expose(), HLAK_OCTETS));
    }

    /** The same message with the MAC that belongs to the rest of it. */
    public static CallConnected sign(Secret hlak, HashProtocol protocol, Octets nonce, Octets certificateHash) {
        Octets none = Octets.of(new byte[protocol.octets()]);
        CallConnected unsigned = new CallConnected(protocol, nonce, certificateHash, none);
        return new CallConnected(protocol, nonce, certificateHash, compoundMac(hlak, unsigned));
    }

    /** The MAC that the message should have, whichever it has. */
    public static Octets compoundMac(Secret hlak, CallConnected message) {
        // T1 = HMAC(HLAK, seed | LEN | 0x01), LEN in little-endian order; the CMK is as long as T1.
        int octets = message.hashProtocol().octets();
        byte[] input = Arrays.copyOf(SEED, SEED.length + 3);
        input[SEED.length] = (byte) octets;
        input[SEED.length + 2] = 1;
        byte[] key = mac(message.hashProtocol(), hlak.expose(), input);
        try {
            return Octets.of(mac(message.hashProtocol(), key, withoutMac(message)));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /**
     * As it is encoded here, which is not always what was received: reserved bits, the packet's header's among them, are not kept. MS-SSTP has each "set to zero when sent" as well as
     * "ignored on receipt", so that nobody signs others; who did would be refused.
     */
    private static byte[] withoutMac(CallConnected message) {
        ByteBuf encoded = Unpooled.buffer(MESSAGE_OCTETS, MESSAGE_OCTETS);
        ControlMessages.encode(message, encoded);
        byte[] octets = encoded.array().clone();
        Arrays.fill(octets, MAC_AT, MESSAGE_OCTETS, (byte) 0);
        return octets;
    }

    private static byte[] mac(HashProtocol protocol, byte[] key, byte[] input) {
        try {
            Mac mac = Mac.getInstance(protocol.hmac());
            mac.init(new SecretKeySpec(key, protocol.hmac()));
            return mac.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
