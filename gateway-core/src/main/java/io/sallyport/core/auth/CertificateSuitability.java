package io.sallyport.core.auth;

import java.io.IOException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PSSParameterSpec;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Whether the certificates of a path are strong enough, and whether the leaf may authenticate a client. */
final class CertificateSuitability {
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0";
    private static final int LEAST_RSA_BITS = 2048;
    /** Verifying with a larger key is work that a stranger could make us do. */
    private static final int MOST_RSA_BITS = 8192;

    private static final int MOST_EXPONENT_BITS = 64;
    private static final Set<String> DIGESTS = Set.of("SHA256", "SHA384", "SHA512", "SHA3-256", "SHA3-384", "SHA3-512");
    private static final Set<String> SIGNATURES_WITHOUT_DIGEST =
            Set.of("ED25519", "ED448", "EDDSA", "ML-DSA", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87");

    private CertificateSuitability() {}

    /** @param path leaf first, root last */
    static void check(List<X509Certificate> path) throws CertificateRefusal {
        // The root's signature of itself proves nothing and is not judged.
        for (X509Certificate each : path.subList(0, path.size() - 1)) {
            if (!isStrong(each)) {
                throw unsuitable(each, "is signed with " + each.getSigAlgName() + ", which is too weak");
            }
        }
        for (X509Certificate each : path) {
            checkKey(each);
        }
        checkUsage(path.getFirst());
    }

    static void checkKey(X509Certificate certificate) throws CertificateRefusal {
        if (!(certificate.getPublicKey() instanceof RSAPublicKey rsa)) {
            return;
        }
        int bits = rsa.getModulus().bitLength();
        if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS) {
            throw unsuitable(certificate, "has an RSA key of " + bits + " bits, not 2048 to 8192");
        }
        BigInteger exponent = rsa.getPublicExponent();
        boolean usual = exponent.signum() > 0
                && exponent.testBit(0)
                && exponent.bitLength() > 1
                && exponent.bitLength() <= MOST_EXPONENT_BITS;
        if (!usual) {
            throw unsuitable(certificate, "has an RSA key with an impossible exponent");
        }
    }

    private static void checkUsage(X509Certificate leaf) throws CertificateRefusal {
        List<String> extended;
        try {
            extended = leaf.getExtendedKeyUsage();
        } catch (CertificateParsingException _) {
            throw unsuitable(leaf, "has an unreadable extended key usage");
        }
        if (extended != null && !extended.contains(CLIENT_AUTH) && !extended.contains(ANY_EXTENDED_KEY_USAGE)) {
            throw unsuitable(leaf, "has an extended key usage without client authentication");
        }
        boolean[] usage = leaf.getKeyUsage();
        // RFC 5280 §4.2.1.3: bit 0 is digitalSignature, bit 1 nonRepudiation.
        if (usage != null && !usage[0] && !usage[1]) {
            throw unsuitable(leaf, "has a key usage without signatures");
        }
    }

    private static boolean isStrong(X509Certificate certificate) {
        String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        if (algorithm.equals("RSASSA-PSS")) {
            return DIGESTS.contains(pssDigest(certificate).replaceFirst("^SHA-", "SHA"));
        }
        int with = algorithm.indexOf("WITH");
        return with < 0
                ? SIGNATURES_WITHOUT_DIGEST.contains(algorithm)
                : DIGESTS.contains(algorithm.substring(0, with));
    }

    private static String pssDigest(X509Certificate certificate) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
            parameters.init(certificate.getSigAlgParams());
            return parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm();
        } catch (GeneralSecurityException | IOException _) {
            return "";
        }
    }

    private static CertificateRefusal unsuitable(X509Certificate certificate, String predicate) {
        return CertificateRefusal.of(RejectReason.CERTIFICATE_UNSUITABLE, certificate, predicate);
    }
}
