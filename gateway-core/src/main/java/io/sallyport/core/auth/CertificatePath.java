package io.sallyport.core.auth;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;

/**
 * From a client's certificate to a root, by what the client sent along. The platform's builder decides; when it finds no path,
 * this looks for one by names and signatures alone and lets the platform's validator say what is wrong with it.
 */
final class CertificatePath {
    private final CertificateTrust trust;
    private final Instant now;

    CertificatePath(CertificateTrust trust, Instant now) {
        this.trust = trust;
        this.now = now;
    }

    /** The path, leaf first, root last. */
    List<X509Certificate> find(List<X509Certificate> chain) throws CertificateRefusal {
        try {
            List<X509Certificate> path = build(chain);
            checkValidity(path.getLast());
            return path;
        } catch (CertPathBuilderException _) {
            throw explain(chain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java platform lacks PKIX", e);
        }
    }

    private List<X509Certificate> build(List<X509Certificate> chain) throws GeneralSecurityException {
        X509CertSelector leaf = new X509CertSelector();
        leaf.setCertificate(chain.getFirst());
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(trust.anchors(), leaf);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(now));
        parameters.setMaxPathLength(CertificateAuthenticator.MOST_CERTIFICATES);
        PKIXCertPathBuilderResult result =
                (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
        List<X509Certificate> path = new ArrayList<>();
        result.getCertPath().getCertificates().forEach(each -> path.add((X509Certificate) each));
        path.add(result.getTrustAnchor().getTrustedCert());
        return path;
    }

    private CertificateRefusal explain(List<X509Certificate> chain) {
        List<X509Certificate> path = new ArrayList<>(List.of(chain.getFirst()));
        List<X509Certificate> unused = new ArrayList<>(chain.subList(1, chain.size()));
        if (!extend(path, unused)) {
            return CertificateRefusal.of(
                    RejectReason.CERTIFICATE_UNKNOWN_CA,
                    chain.getFirst(),
                    "was issued by \""
                            + Printable.of(
                                    path.getLast().getIssuerX500Principal().getName())
                            + "\", which leads to no trusted root");
        }
        try {
            for (X509Certificate each : path) {
                checkValidity(each);
            }
            validate(path);
        } catch (CertificateRefusal refusal) {
            return refusal;
        } catch (CertPathValidatorException e) {
            int index = Math.clamp(e.getIndex(), 0, path.size() - 1);
            return CertificateRefusal.of(
                    reason(e), path.get(index), "is refused: " + Printable.of(String.valueOf(e.getMessage())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java platform lacks PKIX", e);
        }
        return CertificateRefusal.of(
                RejectReason.CERTIFICATE_UNSUITABLE, chain.getFirst(), "has no path that the platform accepts");
    }

    /** Appends issuers until a root is there. Each certificate is used at most once, so this ends. */
    private boolean extend(List<X509Certificate> path, List<X509Certificate> unused) {
        X509Certificate last = path.getLast();
        for (X509Certificate root : trust.roots()) {
            if (issued(root, last)) {
                path.add(root);
                return true;
            }
        }
        for (X509Certificate each : unused) {
            if (issued(each, last)) {
                path.add(each);
                unused.remove(each);
                return extend(path, unused);
            }
        }
        return false;
    }

    private static boolean issued(X509Certificate issuer, X509Certificate subject) {
        if (!issuer.getSubjectX500Principal().equals(subject.getIssuerX500Principal())) {
            return false;
        }
        try {
            subject.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private void validate(List<X509Certificate> path) throws GeneralSecurityException {
        X509Certificate root = path.getLast();
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(now));
        CertPathValidator.getInstance("PKIX")
                .validate(
                        CertificateFactory.getInstance("X.509").generateCertPath(path.subList(0, path.size() - 1)),
                        parameters);
    }

    private void checkValidity(X509Certificate certificate) throws CertificateRefusal {
        Instant notAfter = certificate.getNotAfter().toInstant();
        if (now.isAfter(notAfter)) {
            throw CertificateRefusal.of(RejectReason.CERTIFICATE_EXPIRED, certificate, "expired at " + notAfter);
        }
        Instant notBefore = certificate.getNotBefore().toInstant();
        if (now.isBefore(notBefore)) {
            throw CertificateRefusal.of(
                    RejectReason.CERTIFICATE_NOT_YET_VALID, certificate, "is valid only from " + notBefore);
        }
    }

    private static RejectReason reason(CertPathValidatorException e) {
        CertPathValidatorException.Reason reason = e.getReason();
        if (reason == BasicReason.EXPIRED) {
            return RejectReason.CERTIFICATE_EXPIRED;
        }
        return reason == BasicReason.NOT_YET_VALID
                ? RejectReason.CERTIFICATE_NOT_YET_VALID
                : RejectReason.CERTIFICATE_UNSUITABLE;
    }
}
