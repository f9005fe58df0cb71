package io.sallyport.sstp.ppp;

/**
 * Why a link ended.
 *
 * @param detail for the log
 */
public record PppEnd(Cause cause, String detail) {
    /** Who or what ended it. */
    public enum Cause {
        /** The client sent Terminate-Request, or terminated the last network protocol. */
        CLIENT,
        /** {@link PppServer#terminate} was called. */
        GATEWAY,
        /** The client is not who it says, or uses no way of authentication that is offered. */
        AUTHENTICATION,
        /** No agreement within the bounds on negotiation. */
        NEGOTIATION,
        /** The client answers nothing. */
        SILENCE,
        /** The client broke the protocol. */
        PROTOCOL
    }
}
