package io.sallyport.openvpn.control;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.tls.TlsContext;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.OvpnSessionId;

/**
 * The gateway's side of one client's control channel, from the first packet after a valid stateless cookie to its end. Without clock, thread, randomness and
 * channel: what it wants done are calls on {@link ServerOut}.
 */
public final class ServerConnection {
    /**
     * The caller has answered the client's hard reset without keeping anything, and now holds a packet that acknowledges that answer.
     * Both resets had message id 0 and count as delivered.
     *
     * @param ours the cookie that is this connection's session id
     */
    public ServerConnection(
            ServerTerms terms,
            TlsContext tls,
            OvpnSessionId ours,
            OvpnSessionId theirs,
            ClientContext client,
            RandomOctets random,
            ServerOut out,
            long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /** A control packet from the client, unwrapped. */
    public void receive(ControlPacket packet, long nowNanos) {}

    /** The task of {@link ServerOut#compute} has run. */
    public void computed(long nowNanos) {}

    /** The task of {@link ServerOut#compute} was not taken. */
    public void overloaded(long nowNanos) {}

    /** The answer to {@link ServerOut#authenticate}. */
    public void decided(AuthDecision decision, long nowNanos) {}

    /** An answer to {@link ServerOut#admit}. */
    public void admitted(Assignment assignment, long nowNanos) {}

    /** An answer to {@link ServerOut#admit}. */
    public void refused(String clientText, String detail, boolean temporary, long nowNanos) {}

    /** The time of {@link ServerOut#wakeAt} has come; too early is harmless. */
    public void wake(long nowNanos) {}

    /** Begins new keys (AEAD limits near, or an operator asks); ignored while a renegotiation is under way. */
    public void renegotiate(long nowNanos) {}

    /**
     * The session ends from our side: tells the client to reconnect elsewhere or not at all, once, without waiting for an answer, and calls
     * {@link ServerOut#close}.
     */
    public void close(CloseReason reason, String detail, long nowNanos) {}
}
