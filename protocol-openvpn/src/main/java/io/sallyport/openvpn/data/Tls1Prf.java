package io.sallyport.openvpn.data;

import io.sallyport.core.octets.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The pseudo-random function of TLS 1.0, RFC 2246 §5: P_MD5 of one half of the secret XOR P_SHA-1 of the other. */
final class Tls1Prf {
    private Tls1Prf() {}

    static Secret derive(Secret secret, String label, int octets, byte[]... seeds) {
        // "their length is the length of the secret divided by two, rounded up; thus, if the original secret is an odd
        // number of bytes long, the last byte of S1
        // will be the same as the first byte of S2"
        int half = (secret.length() + 1) / 2;
        byte[] out = new byte[octets];
        try (Secret first = secret.slice(0, half);
                Secret second = secret.slice(secret.length() - half, secret.length())) {
            xorExpansion("HmacMD5", first, label, seeds, out);
            xorExpansion("HmacSHA1", second, label, seeds, out);
        }
        return Secret.taking(out);
    }

    private static void xorExpansion(String algorithm, Secret key, String label, byte[][] seeds, byte[] out) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key.expose(), algorithm));
            // A(i) = HMAC(secret, A(i-1)), A(0) = label + seed; P = HMAC(secret, A(1) + label + seed) + HMAC(secret,
            // A(2) + ...
            feed(mac, label, seeds);
            byte[] a = mac.doFinal();
            for (int at = 0; at < out.length; at += a.length) {
                mac.update(a);
                feed(mac, label, seeds);
                byte[] block = mac.doFinal();
                for (int i = 0; i < Math.min(block.length, out.length - at); i++) {
                    out[at + i] ^= block[i];
                }
                Arrays.fill(block, (byte) 0);
                a = mac.doFinal(a);
            }
            Arrays.fill(a, (byte) 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void feed(Mac mac, String label, byte[][] seeds) {
        mac.update(label.getBytes(StandardCharsets.US_ASCII));
        for (byte[] seed : seeds) {
            mac.update(seed);
        }
    }
}
