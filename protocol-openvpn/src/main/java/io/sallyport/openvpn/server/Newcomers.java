package io.sallyport.openvpn.server;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.udp.DatagramEdge;
import io.sallyport.core.udp.UdpPath;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.wire.Acks;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.ControlPacket.Control;
import io.sallyport.openvpn.wire.ControlPacket.HardResetClientV2;
import io.sallyport.openvpn.wire.OvpnSessionId;
import io.sallyport.openvpn.wire.ServerWraps.First;
import io.sallyport.openvpn.wire.ServerWraps.KeyKind;
import io.sallyport.openvpn.wire.SessionIdCookies;
import org.jspecify.annotations.Nullable;

/**
 * Control packets over UDP from clients that have no peer yet: answered without keeping anything, until one brings the
 * answer back.
 */
final class Newcomers {
    static final int TAKEN = -1;

    /**
     * Answers that one worker gives in a second to whoever asks, whose address may be a victim's: more than any crowd
     * of clients that comes back at once needs, and little enough work beside the packets of those who are there.
     */
    static final int ANSWERS_A_SECOND = 20_000;

    private final OpenVpnWorker home;
    private boolean answered;
    private long second;
    private int answersInSecond;

    Newcomers(OpenVpnWorker home) {
        this.home = home;
    }

    /** Takes the datagram and gives {@link #TAKEN}, or the number of the worker whose it is. */
    int accept(DatagramEdge edge, UdpPath path, ByteBuf datagram) {
        First first = home.first(datagram);
        if (first == null) {
            datagram.release();
            return TAKEN;
        }
        if (first.packet() instanceof HardResetClientV2 reset) {
            datagram.release();
            reset(edge, path, reset, first);
            return TAKEN;
        }
        OvpnSessionId ours = cookieOf(first.packet(), path);
        if (ours != null && SessionIdCookies.worker(ours) == home.worker().number()) {
            datagram.release();
            proven(edge, path, ours, first);
            return TAKEN;
        }
        first.close();
        if (ours != null) {
            return SessionIdCookies.worker(ours);
        }
        datagram.release();
        home.drop(Verdict.STALE_COOKIE);
        return TAKEN;
    }

    /** Whether answers wait for the end of the batch; asked once each. */
    boolean answered() {
        boolean waiting = answered;
        answered = false;
        return waiting;
    }

    private void reset(DatagramEdge edge, UdpPath path, HardResetClientV2 reset, First first) {
        // In this order neither pays for the other's refusal: the source for the worker's, the worker for the source's.
        if (isAnsweringNobody() || !home.mayAnswer(reset, path.peer())) {
            first.close();
            return;
        }
        answersInSecond++;
        if (first.key() == KeyKind.OWN_ONCE) {
            keep(edge, path, reset, first);
        } else {
            answer(edge, path, reset, first);
        }
    }

    private boolean isAnsweringNobody() {
        long now = home.seconds();
        if (now != second) {
            second = now;
            answersInSecond = 0;
        }
        if (answersInSecond < ANSWERS_A_SECOND) {
            return false;
        }
        home.drop(Verdict.ANSWER_LIMIT);
        return true;
    }

    /** Nothing is kept: the answer's session id is the cookie that the next packet must bring back. */
    private void answer(DatagramEdge edge, UdpPath path, HardResetClientV2 reset, First first) {
        try (first) {
            OvpnSessionId ours =
                    home.cookies().create(home.worker().number(), reset.sessionId(), path.peer(), home.seconds());
            edge.accept(home.stateless(first, ours, reset), path);
            answered = true;
        }
    }

    /**
     * A tls-crypt-v2 client before 2.6 brings its key with this packet only. How many such there are at once is
     * bounded, and for how long.
     */
    private void keep(DatagramEdge edge, UdpPath path, HardResetClientV2 reset, First first) {
        if (!home.server().enterUnproven()) {
            first.close();
            home.drop(Verdict.HANDSHAKE_LIMIT);
            return;
        }
        OvpnSessionId ours = SessionIdCookies.ofRandom(
                home.worker().number(), home.server().random().nextLong());
        Peer peer = begin(edge, path, ours, first);
        if (peer == null) {
            home.server().leaveUnproven();
            return;
        }
        peer.beginUnproven();
        if (peer.isNew(first.unwrapped())) {
            peer.answer(reset);
        }
    }

    /**
     * Our session id, when the packet acknowledges the answer that we gave to this client at this address, or an
     * earlier one did; else null.
     */
    private @Nullable OvpnSessionId cookieOf(ControlPacket packet, UdpPath path) {
        Acks acks = packet.acks();
        OvpnSessionId ours = acks.messageIds().contains(0L) ? acks.remote() : null;
        if (ours == null && packet instanceof Control) {
            ours = home.proven().find(packet.sessionId());
        }
        boolean ofUs = ours != null
                && packet.keyId() == 0
                && home.cookies().isValid(ours, packet.sessionId(), path.peer(), home.seconds());
        return ofUs ? ours : null;
    }

    /**
     * The client receives at its address. That alone is remembered, in a few octets; octets of TLS begin a handshake.
     */
    private void proven(DatagramEdge edge, UdpPath path, OvpnSessionId ours, First first) {
        // The client's own key comes with this packet and no other after it.
        boolean begins = first.key() != KeyKind.SHARED
                || (first.packet() instanceof Control control
                        && !control.payload().isEmpty());
        if (!begins) {
            home.proven().remember(first.packet().sessionId(), ours);
            first.close();
            return;
        }
        Peer peer = begin(edge, path, ours, first);
        if (peer != null) {
            peer.receive(first.unwrapped());
        }
    }

    /** Takes the first packet over on every path. */
    private @Nullable Peer begin(DatagramEdge edge, UdpPath path, OvpnSessionId ours, First first) {
        ClientContext client = home.client("openvpn-udp", path.peer(), path.local());
        Peer peer = home.begin(new UdpTransport(edge, path), client, ours, first);
        if (peer == null) {
            first.close();
            return null;
        }
        if (!home.server().enterByClientId(peer)) {
            peer.end(CloseReason.HANDSHAKE_FAILED, "another client has this session id");
            return null;
        }
        return peer;
    }
}
