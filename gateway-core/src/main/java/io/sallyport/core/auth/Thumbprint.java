package io.sallyport.core.auth;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Certificates by their hash: hexadecimal, lower case, no separators. */
public final class Thumbprint {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    private Thumbprint() {}

    public static String sha256(X509Certificate certificate) {
        return sha256(encoded(certificate));
    }

    static String sha256(byte[] encoded) {
        return hash("SHA-256", encoded);
    }

    /** What Windows shows. */
    public static String sha1(X509Certificate certificate) {
        return sha1(encoded(certificate));
    }

    static String sha1(byte[] encoded) {
        return hash("SHA-1", encoded);
    }

    /** As people paste it, with colons, blanks or the invisible mark that Windows puts before it; null if it is no thumbprint. */
    public static @Nullable String normalized(String pasted) {
        String hex = pasted.replaceAll("[\\s:\\u200e\\u200f]", "").toLowerCase(Locale.ROOT);
        return HEX.matcher(hex).matches() ? hex : null;
    }

    static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate without an encoding", e);
        }
    }

    private static String hash(String algorithm, byte[] encoded) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(encoded));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
