package io.sallyport.core.eap;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.Authenticator;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.EapMethod;
import io.sallyport.core.auth.EapPackets;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.eap.EapTlsPacket.MalformedException;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.JudgedTls;
import io.sallyport.core.tls.TlsEndpoint;
import io.sallyport.core.tls.TlsEndpoint.Progress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of EAP-TLS (RFC 5216, with TLS 1.3 RFC 9190). The user is the certificate's, whatever the peer called itself before; an authenticator judges the chain within the handshake, so that a
 * client that is refused gets a TLS alert before EAP-Failure, and its yes counts once the client has proven that it holds the key.
 */
public final class EapTls implements EapMethod {
    /** Both flights in as many fragments as are allowed, and some to spare. */
    private static final int MOST_PACKETS = 2 * EapTlsFlow.MOST_FRAGMENTS + 50;

    /** As shown to operators: the certificate was right, and what is missing is the client's TLS. */
    private static final String NO_EXTENDED_MASTER_SECRET =
            "the client's TLS 1.2 lacks the extended master secret (RFC 7627), so it gives no keys: have the client use"
                    + " TLS 1.3 (strongSwan: libtls.version_max = 1.3)";

    /** What is said when the last fragment of ours was acknowledged. */
    private sealed interface Outcome {
        record Accepted(Grant grant) implements Outcome {}

        record Refused(AuthDecision.Reject reject) implements Outcome {}
    }

    private record Connection(TlsEndpoint endpoint, EapTlsFlow flow) {}

    private final ClientContext client;
    private final Authenticator judge;
    private final JudgedTls tls;
    private final TlsTasks tasks;
    private final int packetOctets;
    private @Nullable Connection connection;
    /** Written in a task of the endpoint. */
    private @Nullable AuthDecision decision;

    private List<X509Certificate> judged = List.of();
    private @Nullable Outcome outcome;
    private boolean closed;

    /**
     * @param judge of {@link AuthRequest.CertificateChain}; asked where the tasks run, so it does not wait for others
     * @param packetOctets the longest EAP packet to send
     */
    public EapTls(ClientContext client, Authenticator judge, JudgedTls tls, TlsTasks tasks, int packetOctets) {
        this.client = client;
        this.judge = judge;
        this.tls = tls;
        this.tasks = tasks;
        this.packetOctets = packetOctets;
    }

    public EapTls(ClientContext client, Authenticator judge, JudgedTls tls, TlsTasks tasks) {
        this(client, judge, tls, tasks, EapTlsFlow.DEFAULT_PACKET_OCTETS);
    }

    @Override
    public int type() {
        return EapPackets.TLS;
    }

    @Override
    public int mostPackets() {
        return MOST_PACKETS;
    }

    @Override
    public Turn begin(String identity) {
        return new Turn.Ask(EapTlsPacket.START.encode());
    }

    @Override
    public Turn receive(Octets data) throws InterruptedException {
        if (closed) {
            return refuse(RejectReason.BAD_CREDENTIALS, "EAP-TLS is not under way");
        }
        try {
            EapTlsPacket packet = EapTlsPacket.decode(data);
            if (packet.start()) {
                throw new MalformedException("a start from the client");
            }
            return receive(packet);
        } catch (MalformedException e) {
            return refuse(RejectReason.BAD_CREDENTIALS, "malformed EAP-TLS: " + e.getMessage());
        } catch (TlsTasks.UnavailableException e) {
            return refuse(RejectReason.UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    private Turn receive(EapTlsPacket packet)
            throws MalformedException, TlsTasks.UnavailableException, InterruptedException {
        Connection now = connection();
        if (now.flow.isSending()) {
            if (!packet.isAck()) {
                throw new MalformedException("something else than the acknowledgement of a fragment");
            }
            return new Turn.Ask(now.flow.next().encode());
        }
        Outcome end = outcome;
        if (end != null) {
            return concluded(end, packet);
        }
        if (packet.isAck()) {
            throw new MalformedException("an acknowledgement of nothing");
        }
        return now.flow.take(packet) ? advance(now) : new Turn.Ask(EapTlsPacket.ACK.encode());
    }

    /** Nothing of TLS is there before the client has answered the start. */
    private Connection connection() {
        Connection now = connection;
        if (now == null) {
            TlsEndpoint endpoint = tls.newEndpoint(this::acceptable);
            now = new Connection(endpoint, new EapTlsFlow(endpoint, packetOctets));
            connection = now;
        }
        return now;
    }

    private Turn concluded(Outcome end, EapTlsPacket packet) throws MalformedException {
        return switch (end) {
            case Outcome.Refused(AuthDecision.Reject reject) -> refuse(reject);
            case Outcome.Accepted(Grant grant) -> {
                if (!packet.isAck()) {
                    throw new MalformedException("something else than the acknowledgement of the end");
                }
                // Handed out once: whoever gets it wipes the keys.
                outcome = null;
                close();
                yield new Turn.Accept(grant);
            }
        };
    }

    private boolean acceptable(List<X509Certificate> chain) {
        judged = List.copyOf(chain);
        try {
            decision = judge.authenticate(new AuthRequest.CertificateChain(client, chain));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            decision = new AuthDecision.Reject(RejectReason.UNAVAILABLE, "interrupted while judging the certificate");
        }
        return decision instanceof AuthDecision.Accept;
    }

    private Turn advance(Connection now) throws TlsTasks.UnavailableException, InterruptedException {
        return switch (tasks.progress(now.endpoint)) {
            case Progress.NeedsInput _, Progress.HasTask _ -> {
                EapTlsPacket next = now.flow.first();
                yield next.isAck()
                        ? refuse(RejectReason.BAD_CREDENTIALS, "the client's TLS message stops in the middle")
                        : new Turn.Ask(next.encode());
            }
            case Progress.Open _ -> opened(now);
            case Progress.Closed _ -> refuse(RejectReason.BAD_CREDENTIALS, "the client closed TLS");
            case Progress.Failed failed -> failed(now, failed);
        };
    }

    private Turn failed(Connection now, Progress.Failed failed) {
        if (failed.alert() == Progress.Origin.PEER) {
            return refuse(RejectReason.BAD_CREDENTIALS, "the client ended the TLS handshake: " + failed.reason());
        }
        AuthDecision said = decision;
        AuthDecision.Reject reject = said instanceof AuthDecision.Reject refusal
                ? refusal
                : new AuthDecision.Reject(RejectReason.BAD_CREDENTIALS, "the TLS handshake failed: " + failed.reason());
        EapTlsPacket alert = now.flow.first();
        if (alert.isAck()) {
            return refuse(reject);
        }
        // RFC 5216 §2.1.3: the alert goes out in a request of its own, and EAP-Failure answers whatever the client says
        // to it.
        outcome = new Outcome.Refused(reject);
        return new Turn.Ask(alert.encode());
    }

    private Turn opened(Connection now) {
        if (!(decision instanceof AuthDecision.Accept accept)
                || !judged.equals(now.endpoint.peerChain())
                || now.endpoint.read() != null) {
            return refuse(RejectReason.BAD_CREDENTIALS, "the TLS handshake ended otherwise than it was judged");
        }
        Secret msk;
        try {
            msk = EapTlsKeys.msk(now.endpoint);
        } catch (IllegalStateException e) {
            return refuse(RejectReason.METHOD_UNSUPPORTED, NO_EXTENDED_MASTER_SECRET);
        }
        outcome = new Outcome.Accepted(accept.grant().withKeyingMaterial(msk));
        // RFC 9190 §2.1.1: "[the server] commits to not send any more handshake messages by sending a Commitment
        // Message", an octet 0x00 of application data.
        if (EapTlsKeys.isTls13(now.endpoint) && !now.endpoint.write(new byte[] {0}, 0, 1)) {
            return refuse(RejectReason.UNAVAILABLE, "no room for the end of EAP-TLS");
        }
        return new Turn.Ask(now.flow.first().encode());
    }

    private Turn refuse(RejectReason reason, String detail) {
        return refuse(new AuthDecision.Reject(reason, detail));
    }

    private Turn refuse(AuthDecision.Reject reject) {
        close();
        return new Turn.Refuse(reject);
    }

    @Override
    public void close() {
        closed = true;
        if (outcome instanceof Outcome.Accepted(Grant grant) && grant.keyingMaterial() != null) {
            grant.keyingMaterial().close();
        }
        outcome = null;
        if (connection != null) {
            connection.endpoint.close();
            connection = null;
        }
    }
}
