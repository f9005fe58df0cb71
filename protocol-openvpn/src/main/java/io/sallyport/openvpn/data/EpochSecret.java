package io.sallyport.openvpn.data;

import io.sallyport.core.octets.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret of one epoch in one direction, E_n, which the keys of that epoch and the next secret come from: the HKDF-Expand-Label of RFC 8446 §7.1 with SHA-256, an empty context and
 * OpenVPN's own prefix before the label. Mutable: {@link #next} forgets the epoch before.
 */
final class EpochSecret implements AutoCloseable {
    static final int OCTETS = 32;

    private static final String PREFIX = "ovpn ";
    private static final String KEY_LABEL = "data_key";
    private static final String IV_LABEL = "data_iv";
    private static final String NEXT_LABEL = "datakey upd";

    private Secret secret;
    private int epoch;

    /** Takes the secret over. */
    EpochSecret(int epoch, Secret secret) {
        if (secret.length() != OCTETS) {
            throw new IllegalArgumentException("an epoch's secret of " + secret.length() + " octets");
        }
        this.epoch = epoch;
        this.secret = secret;
    }

    int epoch() {
        return epoch;
    }

    /** Goes on to the next epoch. */
    void next() {
        Secret before = secret;
        secret = expand(NEXT_LABEL, OCTETS);
        epoch++;
        before.close();
    }

    Secret key(int octets) {
        return expand(KEY_LABEL, octets);
    }

    /** What the packet's number is XORed into. */
    Secret implicitIv(int octets) {
        return expand(IV_LABEL, octets);
    }

    private Secret expand(String label, int octets) {
        return expandLabel(secret, label, octets);
    }

    static Secret expandLabel(Secret secret, String label, int octets) {
        byte[] full = (PREFIX + label).getBytes(StandardCharsets.US_ASCII);
        // RFC 8446 §7.1: "struct { uint16 length; opaque label<7..255>; opaque context<0..255>; } HkdfLabel"
        byte[] info = ByteBuffer.allocate(2 + 1 + full.length + 1)
                .putShort((short) octets)
                .put((byte) full.length)
                .put(full)
                .put((byte) 0)
                .array();
        byte[] key = secret.expose();
        try {
            KDF hkdf = KDF.getInstance("HKDF-SHA256");
            return Secret.taking(
                    hkdf.deriveData(HKDFParameterSpec.expandOnly(new SecretKeySpec(key, "HKDF-PRK"), info, octets)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } finally {
            Arrays.fill(info, (byte) 0);
        }
    }

    @Override
    public void close() {
        secret.close();
    }
}
