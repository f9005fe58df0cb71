package io.sallyport.sstp.control;

/**
 * Why a call is over.
 *
 * @param detail for the log
 */
public record CallEnd(Cause cause, String detail) {
    /** Who or what ended it. */
    public enum Cause {
        /** The peer said goodbye. */
        PEER_DISCONNECT,
        PEER_ABORT,
        /** This end wanted it. */
        LOCAL,
        /** The authentication within is not bound to the TLS around it. */
        BINDING,
        /** The peer broke the protocol. */
        PROTOCOL,
        /** The peer did not do in time what comes next. */
        NEGOTIATION_TIMEOUT,
        /** The peer is not heard any more. */
        SILENCE
    }
}
