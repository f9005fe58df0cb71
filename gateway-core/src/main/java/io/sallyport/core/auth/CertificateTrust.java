package io.sallyport.core.auth;

import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which certificates are trusted: the roots, less the revoked. */
public final class CertificateTrust {
    /** As the service that this gateway stands in for. */
    public static final int MOST_ROOTS = 20;

    private final Set<X509Certificate> roots;
    private final Set<String> revoked;
    private final Set<String> authorities;

    private CertificateTrust(Set<X509Certificate> roots, Set<String> revoked) {
        this.roots = roots;
        this.revoked = revoked;
        this.authorities = roots.stream().map(CertificateTrust::authority).collect(Collectors.toUnmodifiableSet());
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

    /** Whether what a path was accepted for still stands: nothing in it is revoked, and its root is trusted. */
    public boolean holds(Evidence.CertifiedPath path) {
        return Collections.disjoint(path.thumbprints(), revoked) && authorities.contains(path.authority());
    }

    /** An authority by its name and key: a root certificate that is renewed with both is the same authority. */
    static String authority(X509Certificate root) {
        byte[] name = root.getSubjectX500Principal().getEncoded();
        byte[] key = root.getPublicKey().getEncoded();
        byte[] both = Arrays.copyOf(name, name.length + key.length);
        System.arraycopy(key, 0, both, name.length, key.length);
        return Thumbprint.sha256(both);
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
