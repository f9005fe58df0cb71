package io.sallyport.core.auth;

/**
 * Who may come in: local users, certificates, RADIUS and OpenID Connect are implementations of this one interface.
 *
 * <p>Both methods block for as long as it takes and run on virtual threads; {@code session.Admission} brings the answer back to
 * the worker. They answer a request of a kind that they cannot judge with {@link RejectReason#METHOD_UNSUPPORTED}.
 *
 * <p>A client that gives up interrupts nobody: every call runs to its end, and its answer is then thrown away. So a call must bound itself in time (a deadline over all its
 * retransmissions), and may share NIO channels, which an interrupt would close, between calls.
 */
public interface Authenticator {
    AuthDecision authenticate(AuthRequest request) throws InterruptedException;

    /** A conversation with an EAP peer whose methods this authenticator offers or relays. */
    default EapConversation eap(ClientContext client) {
        return EapConversation.REFUSING;
    }
}
