package io.sallyport.openvpn.server;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.ClientSettings;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.session.Admission.Admittance;
import io.sallyport.core.session.Admission.Pending;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.worker.Timer;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.control.Assignment;
import io.sallyport.openvpn.control.Established;
import io.sallyport.openvpn.control.ServerConnection;
import io.sallyport.openvpn.control.ServerOut;
import io.sallyport.openvpn.data.DataChannelKey;
import io.sallyport.openvpn.data.KeyMaterial;
import io.sallyport.openvpn.data.KeySlots;
import io.sallyport.openvpn.wire.ConnectionWrap;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.ControlPacket.HardResetClientV2;
import io.sallyport.openvpn.wire.ControlWrap.Unwrapped;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.DataFormat;
import io.sallyport.openvpn.wire.DataPacket;
import io.sallyport.openvpn.wire.OvpnSessionId;
import io.sallyport.openvpn.wire.ServerWraps.First;
import io.sallyport.openvpn.wire.WireException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One client: does what its control channel wants done, and owns its keys, its timers and its way out. Lives on one worker, from the first packet after the
 * stateless answer (TCP: from the first packet) to {@link #close}.
 */
final class Peer implements ServerOut {
    /** A client whose first message of TLS is not whole by then ends: it costs nothing to send less. */
    static final long FIRST_STAGE_NANOS = 8_000_000_000L;

    private final OpenVpnWorker home;
    private final Transport transport;
    private final ClientContext client;
    private final OvpnSessionId ours;
    private final KeySlots keys = new KeySlots();
    private final ConnectionWrap wrap;
    /** A peer that began with the reset itself is the only one who can answer its repetitions. */
    private final boolean answersResets;

    private final ServerConnection connection;
    private final PeerLink link;
    private final PeerToken token;
    private int peerId = -1;
    private @Nullable Session session;
    private @Nullable Pending pending;
    private @Nullable Timer wake;
    private @Nullable Timer firstStage;
    private String who = "";
    private boolean driving;
    private boolean halfOpen = true;
    private boolean namesPeer = true;
    private boolean unproven;
    private boolean over;
    /** Read by other workers. */
    private volatile @Nullable String liveUser;

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
        this.token = new PeerToken(settings.tokens());
        this.link = new PeerLink(this, home, keys, transport, settings);
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
                this,
                home.worker().nanoTime());
        this.answersResets = first.packet() instanceof HardResetClientV2;
        // Last: until here a bug leaves the first packet to the caller.
        this.wrap = first.connection(home.seconds(), answersResets ? 0 : 1);
        this.firstStage = home.worker().schedule(FIRST_STAGE_NANOS, this::firstStageOver);
    }

    private void firstStageOver() {
        firstStage = null;
        end(CloseReason.HANDSHAKE_FAILED, "no whole ClientHello came");
    }

    private void endFirstStage() {
        if (firstStage != null) {
            firstStage.cancel();
            firstStage = null;
        }
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

    /** Null until the client is admitted. */
    @Nullable
    Session session() {
        return session;
    }

    boolean isUp() {
        return session != null && session.state() == Session.State.UP;
    }

    /** Whose session is up here, or null; from any worker. */
    @Nullable
    String liveUser() {
        return liveUser;
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
        if (answersResets && packet instanceof HardResetClientV2 reset) {
            answer(reset);
            return;
        }
        if (ours.equals(packet.acks().remote())) {
            leaveUnproven();
        }
        drive(now -> connection.receive(packet, now));
    }

    /** Whether an authentic packet did not come before; it is counted if it did. */
    boolean isNew(Unwrapped unwrapped) {
        boolean isNew = wrap.isNew(unwrapped);
        if (!isNew) {
            home.drop(Verdict.REPLAYED);
        }
        return isNew;
    }

    /**
     * Nothing was ever heard from the client at its address but this reset, which its key came with. False when there
     * are too many such.
     */
    boolean beginUnproven() {
        unproven = home.server().enterUnproven();
        return unproven;
    }

    /** Answers a reset, in the one numbering that the client sees on its connection. */
    void answer(HardResetClientV2 reset) {
        send(OpenVpnWorker.resetAnswer(ours, reset, Octets.EMPTY));
        transport.flush();
    }

    /** Tells a client that is up what is new for it; from any thread. */
    void pushUpdate() {
        home.worker().execute(() -> {
            Session opened = session;
            if (opened != null && isUp()) {
                drive(now -> connection.update(assignment(opened, null), now));
            }
        });
    }

    /** Asks for new keys. */
    void renegotiate() {
        drive(connection::renegotiate);
    }

    /** Ends it from our side; the client is told where there is something to tell. */
    void end(CloseReason reason, String detail) {
        if (driving) {
            home.worker().execute(() -> end(reason, detail));
        } else if (!over) {
            drive(now -> connection.close(reason, detail, now));
        }
    }

    /** Ends it through its session, when it has one, so that the session's end says why. */
    void endSession(CloseReason reason, String detail) {
        Session ending = session;
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

    @Override
    public void send(ControlPacket packet) {
        if (!over) {
            transport.send(OpenVpnWorker.wrapped(out -> wrap.wrap(packet, out)));
        }
    }

    @Override
    public void compute(Runnable task) {
        // TLS computes when it has understood the client's first message.
        endFirstStage();
        boolean taken = home.gateway().compute().submit(home.worker(), task, () -> drive(connection::computed));
        if (!taken) {
            home.worker().execute(() -> drive(connection::overloaded));
        }
    }

    @Override
    public void authenticate(AuthRequest request) {
        who = Who.asks(request);
        token.brought(request);
        pending = home.gateway().admission().authenticate(home.worker(), request, decision -> {
            pending = null;
            drive(now -> connection.decided(decision, now));
        });
    }

    @Override
    public void admit(Grant grant) {
        pending = home.gateway().admission().open(home.worker(), client, grant, admittance -> {
            pending = null;
            admitted(admittance);
        });
    }

    private void admitted(Admittance admittance) {
        switch (admittance) {
            case Admittance.Refused(String clientText, String detail, boolean temporary) ->
                drive(now -> connection.refused(clientText, detail, temporary, now));
            case Admittance.Opened(Session opened) -> {
                session = opened;
                peerId = over ? -1 : home.enter(this);
                if (peerId < 0) {
                    end(CloseReason.HANDSHAKE_FAILED, "there is no peer id left");
                    opened.close(CloseReason.HANDSHAKE_FAILED);
                    return;
                }
                opened.whileOpen(reason -> end(reason, reason.text()));
                Assignment assignment = assignment(opened, token.issue(opened.grant()));
                drive(now -> connection.admitted(assignment, now));
            }
        }
    }

    private Assignment assignment(Session opened, @Nullable String authToken) {
        ClientSettings clients = home.gateway().clientSettings();
        return new Assignment(
                opened.lease(),
                peerId,
                clients.gatewayIpv4(opened.lease()),
                clients.gatewayIpv6(opened.lease()),
                clients.routes(opened.grant()),
                clients.dns(opened.grant()),
                clients.dnsDomain(),
                authToken);
    }

    @Override
    public void withoutPeerId() {
        namesPeer = false;
    }

    @Override
    public void install(int keyId, Secret secret, DataCipher cipher, DataFormat format) {
        try (KeyMaterial material = new KeyMaterial(secret)) {
            keys.install(DataChannelKey.of(
                    format,
                    keyId,
                    namesPeer ? peerId : DataPacket.NO_PEER_ID,
                    cipher,
                    material,
                    KeyMaterial.End.SERVER,
                    home.server().packetCiphers()));
        }
    }

    @Override
    public void activate(int keyId) {
        keys.activate(keyId);
    }

    @Override
    public void retire(int keyId) {
        keys.retire(keyId);
    }

    @Override
    public void protectRenegotiations(Secret octets256) {
        wrap.protectRenegotiations(octets256, home.seconds());
    }

    @Override
    public void up(Established established) {
        Session opened = session;
        if (opened == null) {
            throw new IllegalStateException("up without a session");
        }
        leaveHalfOpen();
        home.completed(client.outerAddress());
        liveUser = opened.user();
        var _ = opened.up(link, established.cipher().wireName());
    }

    @Override
    public void refused(String detail) {
        home.gateway().sessions().refused(client, who, detail);
    }

    @Override
    public void wakeAt(long nanos) {
        if (wake != null) {
            wake.cancel();
        }
        wake = home.worker().schedule(nanos - home.worker().nanoTime(), () -> drive(connection::wake));
    }

    @Override
    public void close(CloseReason reason, String detail) {
        if (over) {
            return;
        }
        over = true;
        token.ended(reason);
        liveUser = null;
        leaveHalfOpen();
        leaveUnproven();
        home.leave(this, peerId);
        endFirstStage();
        if (wake != null) {
            wake.cancel();
        }
        if (pending != null) {
            pending.cancel();
        }
        Session ending = session;
        if (ending != null) {
            ending.close(reason);
        } else if (who.isEmpty()) {
            home.gateway().sessions().refused(client, who, detail);
        }
        keys.close();
        wrap.close();
        transport.end(this);
    }

    /** All that may happen to the control channel goes through here: one call at a time, never from within another. */
    private void drive(LongConsumer step) {
        if (over) {
            return;
        }
        if (driving) {
            home.worker().execute(() -> drive(step));
            return;
        }
        driving = true;
        try {
            step.accept(home.worker().nanoTime());
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

    private void leaveUnproven() {
        if (unproven) {
            unproven = false;
            home.server().leaveUnproven();
        }
    }

    private void leaveHalfOpen() {
        if (halfOpen) {
            halfOpen = false;
            home.server().leaveHalfOpen(client.outerAddress());
        }
    }
}
