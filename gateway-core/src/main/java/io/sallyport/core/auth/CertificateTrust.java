package io.sallyport.core.auth;

import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which certificates are trusted: the roots, less the revoked. */
public final class CertificateTrust {
    /** As the service that this gateway stands in for. */
    public static final int MOST_ROOTS = 20;

    private final Set<X509Certificate> roots;
    private final Set<String> revoked;

    private CertificateTrust(Set<X509Certificate> roots, Set<String> revoked) {
        this.roots = roots;
        this.revoked = revoked;
    }

    /** Roots that cannot be used, or a thumbprint that is none; the message is one sentence for the operator. */
    public static final class InvalidTrustException extends Exception {
        private static final long serialVersionUID = 1L;

        private InvalidTrustException(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * @param roots one to {@link #MOST_ROOTS}
     * @param revoked thumbprints, SHA-1 or SHA-256, hexadecimal, with colons or blanks if need be
     */
    public static CertificateTrust of(Collection<X509Certificate> roots, Collection<String> revoked)
            throws InvalidTrustException {
        Set<X509Certificate> distinct = Set.copyOf(roots);
        if (distinct.isEmpty()) {
            throw new InvalidTrustException("certificate authentication needs at least one root certificate");
        }
        if (distinct.size() > MOST_ROOTS) {
            throw new InvalidTrustException(
                    "at most " + MOST_ROOTS + " root certificates are allowed, and there are " + distinct.size());
        }
        Set<String> thumbprints = new HashSet<>();
        for (String each : revoked) {
            String thumbprint = Thumbprint.normalized(each);
            if (thumbprint == null) {
                throw new InvalidTrustException("\"" + Printable.of(each)
                        + "\" is no thumbprint: write the 40 (SHA-1) or 64 (SHA-256) hexadecimal digits");
            }
            thumbprints.add(thumbprint);
        }
        return new CertificateTrust(distinct, Set.copyOf(thumbprints));
    }

    public List<X509Certificate> roots() {
        return List.copyOf(roots);
    }

    /** Whether the list of revoked certificates has this one, by either hash. */
    public boolean isRevoked(X509Certificate certificate) {
        return isRevoked(List.of(Thumbprint.encoded(certificate)));
    }

    /** Whether the list has a certificate in any of the octets that it may come in. */
    boolean isRevoked(List<byte[]> forms) {
        return forms.stream()
                .anyMatch(form -> revoked.contains(Thumbprint.sha256(form)) || revoked.contains(Thumbprint.sha1(form)));
    }

    boolean isRoot(X509Certificate certificate) {
        return roots.contains(certificate);
    }

    Set<TrustAnchor> anchors() {
        Set<TrustAnchor> anchors = new HashSet<>();
        roots.forEach(root -> anchors.add(new TrustAnchor(root, null)));
        return anchors;
    }
}
