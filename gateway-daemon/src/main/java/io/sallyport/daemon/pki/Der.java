package io.sallyport.daemon.pki;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/** A certificate's octets and thumbprints: lower-case hexadecimal digests of them. */
public final class Der {
    private Der() {}

    public static byte[] of(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has no encoding", e);
        }
    }

    /** 40 digits, as Windows and Azure show them. */
    public static String sha1Thumbprint(X509Certificate certificate) {
        return digest("SHA-1", certificate);
    }

    /** 64 digits. */
    public static String sha256Thumbprint(X509Certificate certificate) {
        return digest("SHA-256", certificate);
    }

    private static String digest(String algorithm, X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(of(certificate)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
