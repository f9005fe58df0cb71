package io.sallyport.core.auth;

import java.security.cert.X509Certificate;

/** A certificate that does not let its owner in. */
final class CertificateRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final RejectReason reason;

    private CertificateRefusal(RejectReason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    /** @param predicate goes on after the certificate's name: "is revoked" */
    static CertificateRefusal of(RejectReason reason, X509Certificate certificate, String predicate) {
        String subject = Printable.of(certificate.getSubjectX500Principal().getName());
        return new CertificateRefusal(
                reason,
                "certificate \"" + subject + "\" (SHA-256 " + Thumbprint.sha256(certificate) + ") " + predicate);
    }

    AuthDecision.Reject decision() {
        return new AuthDecision.Reject(reason, String.valueOf(getMessage()));
    }
}
