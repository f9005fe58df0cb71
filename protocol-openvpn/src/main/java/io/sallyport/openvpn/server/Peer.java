package io.sallyport.openvpn.server;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.control.ServerConnection;
import io.sallyport.openvpn.data.KeySlots;
import io.sallyport.openvpn.wire.ConnectionWrap;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.ControlPacket.HardResetClientV2;
import io.sallyport.openvpn.wire.ControlWrap.Unwrapped;
import io.sallyport.openvpn.wire.OvpnSessionId;
import io.sallyport.openvpn.wire.ServerWraps.First;
import io.sallyport.openvpn.wire.WireException;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One client: the way of its packets to its control channel and to its keys, and of its control channel's back. Lives on one worker, from the first packet after the
 * stateless answer (TCP: from the first packet) to {@link #close}. What the control channel wants done is {@link PeerOut}, the tunnel's packets are {@link PeerLink}.
 */
final class Peer {
    private final OpenVpnWorker home;
    private final Transport transport;
    private final ClientContext client;
    private final OvpnSessionId ours;
    private final KeySlots keys = new KeySlots();
    private final ConnectionWrap wrap;
    /** The client's, where the peer began with it: nobody else can answer its repetitions. */
    private final @Nullable HardResetClientV2 reset;

    private final Probation probation;
    private final PeerOut out;
    private final PeerLink link;
    private final ServerConnection connection;
    private boolean driving;
    private boolean over;

    /**
     * The caller has entered the half-open count; this leaves it.
     *
     * @param first the client's reset, which was not answered, or a later packet after a stateless answer
     */
    Peer(
            OpenVpnWorker home,
            OpenVpnSettings settings,
            Transport transport,
            ClientContext client,
            OvpnSessionId ours,
            First first) {
        this.home = home;
        this.transport = transport;
        this.client = client;
        this.ours = ours;
        this.probation = new Probation(home.server(), client.outerAddress());
        this.out = new PeerOut(this, home, new PeerToken(settings.tokens()), probation);
        this.link = new PeerLink(this, out, home, keys, transport, settings);
        this.connection = new ServerConnection(
                settings.terms(transport instanceof UdpTransport, home.gateway().mtu()),
                home.server().commonsOf(home),
                // A renegotiation after a reload shows the new certificate.
                () -> home.server().settings().tls().newEndpoint(),
                ours,
                first.packet().sessionId(),
                first.packet() instanceof HardResetClientV2 reset ? reset.messageId() + 1 : 1,
                client,
                home.random(),
                out,
                home.worker().nanoTime());
        this.reset = first.packet() instanceof HardResetClientV2 begins ? begins : null;
        // Last: until here a bug leaves the first packet to the caller.
        this.wrap = first.connection(home.seconds(), reset == null ? 1 : 0);
        probation.begin(home, () -> end(CloseReason.HANDSHAKE_FAILED, "no whole ClientHello came"));
    }

    OpenVpnWorker home() {
        return home;
    }

    Transport transport() {
        return transport;
    }

    ClientContext client() {
        return client;
    }

    OvpnSessionId ours() {
        return ours;
    }

    OvpnSessionId theirs() {
        return connection.peerSessionId();
    }

    PeerLink link() {
        return link;
    }

    KeySlots keys() {
        return keys;
    }

    /** See {@link PeerOut#session}. */
    @Nullable
    Session session() {
        return out.session();
    }

    boolean isUp() {
        return out.isUp();
    }

    /** See {@link PeerOut#liveUser}. */
    @Nullable
    String liveUser() {
        return out.liveUser();
    }

    boolean isOver() {
        return over;
    }

    /** See {@link KeySlots#open}. */
    @Nullable
    Verdict open(ByteBuf from, ByteBuf to) {
        return keys.open(from, to);
    }

    /** Whether its packets prove whose they are, wherever they come from. */
    boolean numbersPackets() {
        return wrap.numbersPackets();
    }

    /** A control packet of this client, borrowed. */
    void receive(ByteBuf packet) {
        if (over) {
            home.drop(Verdict.UNKNOWN_PEER);
            return;
        }
        try {
            receive(wrap.unwrap(packet));
        } catch (WireException e) {
            home.drop(e);
        }
    }

    /** The same, unwrapped. */
    void receive(Unwrapped unwrapped) {
        if (!isNew(unwrapped)) {
            return;
        }
        ControlPacket packet = unwrapped.packet();
        if (ours.equals(packet.acks().remote())) {
            probation.proven();
        }
        if (reset != null && packet instanceof HardResetClientV2 again) {
            answerAgain(again);
        } else if (reset != null && !probation.isProven()) {
            // Its address may be a victim's, who must not get the octets of TLS; or its acknowledgement was lost.
            answerAgain(reset);
        } else {
            drive((control, now) -> control.receive(packet, now));
        }
    }

    private void answerAgain(HardResetClientV2 to) {
        if (probation.isProven() || home.mayAnswer(to, client.outerAddress())) {
            answer(to);
        }
    }

    /** Whether an authentic packet did not come before; it is counted if it did. */
    boolean isNew(Unwrapped unwrapped) {
        boolean isNew = wrap.isNew(unwrapped);
        if (!isNew) {
            home.drop(Verdict.REPLAYED);
        }
        return isNew;
    }

    /** See {@link Probation#beginUnproven}. */
    void beginUnproven() {
        probation.beginUnproven();
    }

    /** Answers a reset, in the one numbering that the client sees on its connection. */
    void answer(HardResetClientV2 reset) {
        send(OpenVpnWorker.resetAnswer(ours, reset, Octets.EMPTY));
        transport.flush();
    }

    /** Wraps and sends a control packet. */
    void send(ControlPacket packet) {
        if (!over) {
            transport.send(OpenVpnWorker.wrapped(octets -> wrap.wrap(packet, octets)));
        }
    }

    /** See {@link ConnectionWrap#protectRenegotiations}. */
    void protectRenegotiations(Secret octets256) {
        wrap.protectRenegotiations(octets256, home.seconds());
    }

    /** Tells a client what is new for it; from any thread. */
    void pushUpdate() {
        home.worker().execute(out::pushUpdate);
    }

    /** Asks for new keys. */
    void renegotiate() {
        drive(ServerConnection::renegotiate);
    }

    /** Ends it from our side; the client is told where there is something to tell. */
    void end(CloseReason reason, String detail) {
        if (driving) {
            home.worker().execute(() -> end(reason, detail));
        } else if (!over) {
            drive((control, now) -> control.close(reason, detail, now));
        }
    }

    /** Ends it through its session, when it has one, so that the session's end says why. */
    void endSession(CloseReason reason, String detail) {
        Session ending = out.session();
        if (ending != null && ending.state() != Session.State.CLOSED) {
            ending.close(reason);
        } else {
            end(reason, detail);
        }
    }

    /** A bug met this client's packets: it costs this client its session, and nobody else anything. */
    void failed(String during, RuntimeException bug) {
        home.worker().report(during + " of " + client.sessionId(), bug);
        try {
            endSession(CloseReason.INTERNAL_ERROR, CloseReason.INTERNAL_ERROR.text());
        } catch (RuntimeException another) {
            home.worker().report("the end of " + client.sessionId(), another);
        }
    }

    /** The control channel is over: so is all the rest, once. */
    void close(CloseReason reason, String detail) {
        if (over) {
            return;
        }
        over = true;
        out.leave(reason, detail);
        keys.close();
        wrap.close();
        transport.end(this);
    }

    /** All that may happen to the control channel goes through here: one call at a time, never from within another. */
    void drive(ObjLongConsumer<ServerConnection> step) {
        if (over) {
            return;
        }
        if (driving) {
            home.worker().execute(() -> drive(step));
            return;
        }
        driving = true;
        try {
            step.accept(connection, home.worker().nanoTime());
        } catch (RuntimeException bug) {
            home.worker().report("the control channel of " + client.sessionId(), bug);
            connection.abort();
            close(CloseReason.INTERNAL_ERROR, "a bug");
        } finally {
            driving = false;
        }
        if (!over) {
            transport.flush();
        }
    }
}
