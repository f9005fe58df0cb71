package io.sallyport.core.auth;

import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Judges client certificates: a path to one of the roots (RFC 5280 §6, by the Java platform's PKIX), validity now, no
 * certificate of the path revoked, no weak algorithm, and a leaf that may authenticate a client. The user is the leaf's common
 * name, else its e-mail address or user principal name, else its whole subject.
 */
public final class CertificateAuthenticator implements Authenticator {
    /** Longest chain that is looked at. */
    public static final int MOST_CERTIFICATES = 10;

    private static final int MOST_OCTETS = 16 * 1024;

    private final InstantSource clock;
    private final CertificateTrust trust;

    public CertificateAuthenticator(CertificateTrust trust, InstantSource clock) {
        this.trust = trust;
        this.clock = clock;
    }

    @Override
    public AuthDecision authenticate(AuthRequest request) {
        if (!(request instanceof AuthRequest.CertificateChain certificates)) {
            return new AuthDecision.Reject(RejectReason.METHOD_UNSUPPORTED, "roots judge certificates only");
        }
        if (certificates.chain().isEmpty()) {
            return new AuthDecision.Reject(RejectReason.CERTIFICATE_MISSING, "the client sent no certificate");
        }
        try {
            return new AuthDecision.Accept(judge(certificates.chain()));
        } catch (CertificateRefusal refusal) {
            return refusal.decision();
        } catch (RuntimeException e) {
            // The platform's parsers and key classes answer some malformed certificates with unchecked exceptions.
            return new AuthDecision.Reject(
                    RejectReason.CERTIFICATE_UNSUITABLE,
                    "the certificate cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private Grant judge(List<X509Certificate> chain) throws CertificateRefusal {
        X509Certificate leaf = chain.getFirst();
        checkSizes(chain);
        if (trust.isRoot(leaf)) {
            throw CertificateRefusal.of(
                    RejectReason.CERTIFICATE_UNSUITABLE, leaf, "is a root, not a client's certificate");
        }
        List<X509Certificate> path = new CertificatePath(trust, clock.instant()).find(chain);
        Evidence.CertifiedPath shown = checkRevocation(path);
        CertificateSuitability.check(path);
        return Grant.of(CertificateUser.of(leaf))
                .withThumbprint(Thumbprint.sha256(leaf))
                .withEvidence(Set.of(shown));
    }

    /** Whether what was accepted would be accepted still, but for the time of day. */
    public boolean holds(Evidence.CertifiedPath path) {
        return trust.holds(path);
    }

    /** The hashes that it has looked up are what a later revocation finds the session by. */
    private Evidence.CertifiedPath checkRevocation(List<X509Certificate> path) throws CertificateRefusal {
        Set<String> thumbprints = new HashSet<>();
        for (int i = 0; i < path.size(); i++) {
            X509Certificate each = path.get(i);
            boolean root = i == path.size() - 1;
            // A root is the operator's own file, whatever its octets.
            List<byte[]> forms = root
                    ? List.of(Thumbprint.encoded(each))
                    : CertificateForms.of(each, path.get(i + 1).getPublicKey());
            if (trust.isRevoked(forms)) {
                throw CertificateRefusal.of(RejectReason.CERTIFICATE_REVOKED, each, "is revoked");
            }
            forms.forEach(form -> {
                thumbprints.add(Thumbprint.sha1(form));
                thumbprints.add(Thumbprint.sha256(form));
            });
        }
        return new Evidence.CertifiedPath(thumbprints, CertificateTrust.authority(path.getLast()));
    }

    private static void checkSizes(List<X509Certificate> chain) throws CertificateRefusal {
        X509Certificate leaf = chain.getFirst();
        if (chain.size() > MOST_CERTIFICATES) {
            throw CertificateRefusal.of(
                    RejectReason.CERTIFICATE_UNSUITABLE,
                    leaf,
                    "comes with a chain of " + chain.size() + " certificates, more than " + MOST_CERTIFICATES);
        }
        for (X509Certificate each : chain) {
            CertificateSuitability.checkKey(each);
            if (Thumbprint.encoded(each).length > MOST_OCTETS) {
                throw CertificateRefusal.of(
                        RejectReason.CERTIFICATE_UNSUITABLE, each, "is larger than " + MOST_OCTETS + " octets");
            }
        }
    }
}
