package io.sallyport.sstp.ppp;

/** The peer will not have what this end cannot do without. Has no stack trace. */
final class NoAgreementException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient PppEnd end;

    NoAgreementException(PppEnd.Cause cause, String detail) {
        super(detail, null, false, false);
        end = new PppEnd(cause, detail);
    }

    PppEnd end() {
        return end;
    }
}
