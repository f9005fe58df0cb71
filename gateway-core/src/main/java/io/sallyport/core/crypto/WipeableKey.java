package io.sallyport.core.crypto;

import java.util.Arrays;
import javax.crypto.SecretKey;

/** {@code SecretKeySpec} cannot be destroyed; this can. */
@SuppressWarnings("serial") // a key is never serialized; the interface only inherits it
final class WipeableKey implements SecretKey {
    private final byte[] octets;
    private final String algorithm;

    /** Takes the array over. */
    WipeableKey(byte[] octets, String algorithm) {
        this.octets = octets;
        this.algorithm = algorithm;
    }

    @Override
    public String getAlgorithm() {
        return algorithm;
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    @Override
    public byte[] getEncoded() {
        return octets.clone();
    }

    @Override
    public void destroy() {
        Arrays.fill(octets, (byte) 0);
    }

    @Override
    public String toString() {
        return "***";
    }
}
