package io.sallyport.sstp.wire;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.sstp.wire.ControlMessage.CallConnected;
import java.util.Arrays;
import java.util.List;

/**
 * Higher-layer authentication keys (HLAK, MS-SSTP §3.2.5.2.2 and §3.2.5.2.4) that a client may bind with; each proves that it knows what the authentication made.
 *
 * <p>An EAP method's MSK holds two keys of 32 octets, of which the specification takes the first: "If the HLAK is more than 32 octets, then the first 32 octets form the HLAK." Clients on
 * pppd know no MPPE keys longer than 16 octets (RFC 3079 §4) and bind with the first halves of both. With MS-CHAPv2 that is the same.
 */
public final class HigherLayerKeys implements AutoCloseable {
    private static final int MPPE_OCTETS = 16;
    private static final int SECOND_AT = 32;

    private final List<Secret> keys;
    private final boolean secret;

    private HigherLayerKeys(List<Secret> keys, boolean secret) {
        this.keys = keys;
        this.secret = secret;
    }

    /** Zeros, which everybody knows: of PAP alone, which makes no keys. There the binding proves only which TLS connection the client sees. */
    public static HigherLayerKeys ofNone() {
        return new HigherLayerKeys(List.of(CryptoBinding.hlak(null)), false);
    }

    /** @param keyingMaterial of the authentication; not taken */
    public static HigherLayerKeys of(Secret keyingMaterial) {
        if (keyingMaterial.length() == 0) {
            throw new IllegalArgumentException("no keys");
        }
        Secret usual = CryptoBinding.hlak(keyingMaterial);
        return !hasSecond(keyingMaterial.expose())
                ? new HigherLayerKeys(List.of(usual), true)
                : new HigherLayerKeys(List.of(usual, halves(keyingMaterial.expose())), true);
    }

    private static boolean hasSecond(byte[] material) {
        int some = 0;
        for (int i = SECOND_AT; i < material.length; i++) {
            some |= material[i];
        }
        return some != 0 && material.length >= SECOND_AT + MPPE_OCTETS;
    }

    private static Secret halves(byte[] material) {
        byte[] key = Arrays.copyOf(material, CryptoBinding.HLAK_OCTETS);
        System.arraycopy(material, SECOND_AT, key, MPPE_OCTETS, MPPE_OCTETS);
        return Secret.taking(key);
    }

    /** Whether one of them made the message's MAC. Each is tried, whatever the others say. */
    public boolean haveMade(CallConnected message) {
        boolean made = false;
        for (Secret key : keys) {
            Octets expected = CryptoBinding.compoundMac(key, message);
            made |= expected.equals(message.compoundMac());
        }
        return made;
    }

    /** Whether a right MAC proves that the client itself made it: not with {@link #ofNone}. */
    public boolean areSecret() {
        return secret;
    }

    @Override
    public void close() {
        keys.forEach(Secret::close);
    }
}
