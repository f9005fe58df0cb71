package io.sallyport.openvpn.server;

import io.sallyport.core.ClientSettings;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.Who;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.session.Admission.Admittance;
import io.sallyport.core.session.Admission.Pending;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.worker.Timer;
import io.sallyport.openvpn.control.Assignment;
import io.sallyport.openvpn.control.Established;
import io.sallyport.openvpn.control.ServerConnection;
import io.sallyport.openvpn.control.ServerOut;
import io.sallyport.openvpn.data.DataChannelKey;
import io.sallyport.openvpn.data.KeyMaterial;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.DataFormat;
import io.sallyport.openvpn.wire.DataPacket;
import org.jspecify.annotations.Nullable;

/** Does what one peer's control channel wants done: who the client is, its session and addresses, its data keys, its time. */
final class PeerOut implements ServerOut {
    private final Peer peer;
    private final OpenVpnWorker home;
    private final PeerToken token;
    private final Probation probation;
    private int peerId = -1;
    private @Nullable Session session;
    private @Nullable Pending pending;
    private @Nullable Timer wake;
    private String who = "";
    private boolean namesPeer = true;
    /** Read by other workers. */
    private volatile @Nullable String liveUser;

    PeerOut(Peer peer, OpenVpnWorker home, PeerToken token, Probation probation) {
        this.peer = peer;
        this.home = home;
        this.token = token;
        this.probation = probation;
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

    @Override
    public void send(ControlPacket packet) {
        peer.send(packet);
    }

    @Override
    public void compute(Runnable task) {
        // TLS computes when it has understood the client's first message.
        probation.firstStagePassed();
        boolean taken =
                home.gateway().compute().submit(home.worker(), task, () -> peer.drive(ServerConnection::computed));
        if (!taken) {
            home.worker().execute(() -> peer.drive(ServerConnection::overloaded));
        }
    }

    @Override
    public void authenticate(AuthRequest request) {
        who = Who.asks(request);
        token.brought(request);
        pending = home.gateway().admission().authenticate(home.worker(), request, decision -> {
            pending = null;
            peer.drive((connection, now) -> connection.decided(decision, now));
        });
    }

    @Override
    public void admit(Grant grant) {
        pending = home.gateway().admission().open(home.worker(), peer.client(), grant, admittance -> {
            pending = null;
            admitted(admittance);
        });
    }

    private void admitted(Admittance admittance) {
        switch (admittance) {
            case Admittance.Refused(String clientText, String detail, boolean temporary) ->
                peer.drive((connection, now) -> connection.refused(clientText, detail, temporary, now));
            case Admittance.Opened(Session opened) -> {
                session = opened;
                peerId = peer.isOver() ? -1 : home.enter(peer);
                if (peerId < 0) {
                    peer.end(CloseReason.HANDSHAKE_FAILED, "there is no peer id left");
                    opened.close(CloseReason.HANDSHAKE_FAILED);
                    return;
                }
                opened.whileOpen(reason -> peer.end(reason, reason.text()));
                Assignment assignment = assignment(opened, token.issue(opened.grant()));
                peer.drive((connection, now) -> connection.admitted(assignment, now));
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

    /** Tells a client that has its addresses what is new for it. */
    void pushUpdate() {
        Session opened = session;
        if (opened != null && opened.state() != Session.State.CLOSED) {
            peer.drive((connection, now) -> connection.update(assignment(opened, null), now));
        }
    }

    @Override
    public void withoutPeerId() {
        namesPeer = false;
    }

    @Override
    public void install(int keyId, Secret secret, DataCipher cipher, DataFormat format) {
        try (KeyMaterial material = new KeyMaterial(secret)) {
            peer.keys()
                    .install(DataChannelKey.of(
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
        peer.keys().activate(keyId);
    }

    @Override
    public void retire(int keyId) {
        peer.keys().retire(keyId);
    }

    @Override
    public void protectRenegotiations(Secret octets256) {
        peer.protectRenegotiations(octets256);
    }

    @Override
    public void up(Established established) {
        Session opened = session;
        if (opened == null) {
            throw new IllegalStateException("up without a session");
        }
        probation.end();
        home.completed(peer.client().outerAddress());
        liveUser = opened.user();
        home.server().enterByPath(peer);
        var _ = opened.up(peer.link(), established.cipher().wireName());
    }

    @Override
    public void refused(String detail) {
        home.gateway().sessions().refused(peer.client(), who, detail);
    }

    @Override
    public void wakeAt(long nanos) {
        if (wake != null) {
            wake.cancel();
        }
        wake = home.worker().schedule(nanos - home.worker().nanoTime(), () -> peer.drive(ServerConnection::wake));
    }

    @Override
    public void close(CloseReason reason, String detail) {
        peer.close(reason, detail);
    }

    /** Nothing is to be done any more: out of every table, and the session ends. */
    void leave(CloseReason reason, String detail) {
        token.ended(reason);
        liveUser = null;
        probation.end();
        home.leave(peer, peerId);
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
            refused(detail);
        }
    }
}
