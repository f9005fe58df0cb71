package io.sallyport.openvpn.wire;

/** A peer's octets that are not what the protocol says. Has no stack trace: it is an answer, not an accident. */
public final class WireException extends Exception {
    private static final long serialVersionUID = 1;

    /** What is wrong, for counters. */
    public enum Fault {
        /** Shorter than it must be, or a length inside reaches beyond the end. */
        TRUNCATED,
        /** A field holds what it must not. */
        MALFORMED,
        /** An opcode, key method or message that this end does not speak. */
        UNSUPPORTED,
        /** Larger than its named limit. */
        TOO_LARGE,
        /** The tag is wrong. */
        NOT_AUTHENTIC
    }

    private final Fault fault;

    public WireException(Fault fault, String detail) {
        super(detail, null, false, false);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }
}
