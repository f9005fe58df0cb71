package io.sallyport.core.auth;

import java.util.List;

/**
 * Who may come in: local users, certificates, RADIUS and OpenID Connect are implementations of this one interface.
 *
 * <p>The methods block for as long as it takes and run on virtual threads; {@code session.Admission} brings the answer back to
 * the worker. They answer a request of a kind that they cannot judge with {@link RejectReason#METHOD_UNSUPPORTED}.
 *
 * <p>A client that gives up interrupts nobody: every call runs to its end, and its answer is then thrown away. So a call must bound itself in time (a deadline over all its
 * retransmissions), and may share NIO channels, which an interrupt would close, between calls.
 */
public interface Authenticator {
    AuthDecision authenticate(AuthRequest request) throws InterruptedException;

    /**
     * A conversation with an EAP peer. Whoever relays EAP to another server overrides this, and has no {@link #eapMethods}: the whole conversation is that server's.
     */
    default EapConversation eap(ClientContext client) {
        return EapServer.of(eapMethods(client));
    }

    /** The EAP methods that end here, for one conversation, in the order in which to offer them; they have begun nothing yet. */
    default List<EapMethod> eapMethods(ClientContext client) {
        return List.of();
    }
}
