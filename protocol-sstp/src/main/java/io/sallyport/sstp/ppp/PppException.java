package io.sallyport.sstp.ppp;

/** A packet that is not what its protocol says: silently discarded, as RFC 1661 §5 has it. Has no stack trace: it is an answer, not an accident. */
final class PppException extends Exception {
    private static final long serialVersionUID = 1;

    /** What is wrong. */
    enum Fault {
        /** Shorter than it must be, or a length inside reaches beyond the end. */
        TRUNCATED,
        /** A field holds what it must not. */
        MALFORMED,
        /** Larger than its named limit. */
        TOO_LARGE
    }

    private final Fault fault;

    PppException(Fault fault, String detail) {
        super(detail, null, false, false);
        this.fault = fault;
    }

    Fault fault() {
        return fault;
    }
}
