package io.sallyport.sstp.ppp;

import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Octets;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of one PPP link (RFC 1661) without I/O: LCP, then authentication, then IPCP and IPV6CP. Frames of IP packets never come here.
 *
 * <p>Not thread-safe; times are of the monotonic clock. Nothing here throws because of what the client sent.
 */
@SuppressWarnings("DoNotCallSuggester") // to come
public final class PppServer {
    public PppServer(PppTerms terms, ClientContext client, RandomOctets random, PppServerOut out) {
        throw new UnsupportedOperationException("to come");
    }

    /** Sends the first Configure-Request. */
    public void start(long nowNanos) {
        throw new UnsupportedOperationException("to come");
    }

    /**
     * Takes a frame that carries no IP packet.
     *
     * @param information what follows the protocol field, padding included
     */
    public void receive(int protocol, Octets information, long nowNanos) {
        throw new UnsupportedOperationException("to come");
    }

    /**
     * The answer to {@link PppServerOut#authenticate}.
     *
     * @param message for the client, unchanged: MS-CHAPv2's {@code S=...}
     */
    public void accepted(@Nullable String message, NetworkTerms network, long nowNanos) {
        throw new UnsupportedOperationException("to come");
    }

    /**
     * The other answer, also when the client is who it says but there is no place for it.
     *
     * @param message for the client, unchanged: MS-CHAPv2's {@code E=...}
     */
    public void refused(RejectReason reason, @Nullable String message, long nowNanos) {
        throw new UnsupportedOperationException("to come");
    }

    public void eapRequest(Octets packet, long nowNanos) {
        throw new UnsupportedOperationException("to come");
    }

    public void eapSuccess(Octets packet, NetworkTerms network, long nowNanos) {
        throw new UnsupportedOperationException("to come");
    }

    /** @param packet EAP-Failure */
    public void eapFailure(Octets packet, RejectReason reason, long nowNanos) {
        throw new UnsupportedOperationException("to come");
    }

    /** Data arrived from the client: it lives. Cheap, for each batch. */
    public void heard(long nowNanos) {
        throw new UnsupportedOperationException("to come");
    }

    /** Ends the link in order, with Terminate-Request. */
    public void terminate(String detail, long nowNanos) {
        throw new UnsupportedOperationException("to come");
    }

    public void wake(long nowNanos) {
        throw new UnsupportedOperationException("to come");
    }

    /** The largest IP packet that may be sent: the client's MRU, within ours. */
    public int sendMru() {
        throw new UnsupportedOperationException("to come");
    }

    /** Whether the client takes frames without address and control field (RFC 1661 §6.6). */
    public boolean mayCompressAddress() {
        throw new UnsupportedOperationException("to come");
    }

    /** Whether the client takes protocol fields of one octet (RFC 1661 §6.5). */
    public boolean mayCompressProtocol() {
        throw new UnsupportedOperationException("to come");
    }
}
