package io.sallyport.openvpn.server;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.udp.DatagramEdge;
import io.sallyport.core.udp.DatagramReceiver;
import io.sallyport.core.udp.UdpPath;
import io.sallyport.core.worker.HandoffReceiver;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.openvpn.wire.Acks;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.ControlPacket.Control;
import io.sallyport.openvpn.wire.ControlPacket.HardResetClientV2;
import io.sallyport.openvpn.wire.ControlPackets;
import io.sallyport.openvpn.wire.DataPacket;
import io.sallyport.openvpn.wire.Opcode;
import io.sallyport.openvpn.wire.OvpnSessionId;
import io.sallyport.openvpn.wire.ServerWraps.First;
import io.sallyport.openvpn.wire.ServerWraps.KeyKind;
import io.sallyport.openvpn.wire.SessionIdCookies;
import org.jspecify.annotations.Nullable;

/**
 * OpenVPN's datagrams on one worker. A data packet names its peer, and in it the worker; a control packet names the client's session id. A packet that
 * belongs elsewhere is handed over as it is, and looked at there.
 */
final class OpenVpnUdp implements DatagramReceiver {
    /** Listening addresses. */
    static final int MAX_EDGES = 16;

    private final OpenVpnWorker home;
    private final Arrivals[] arrivals = new Arrivals[MAX_EDGES];
    /** Whether answers to first packets wait for the end of the batch. */
    private boolean answered;

    OpenVpnUdp(OpenVpnWorker home) {
        this.home = home;
        for (int index = 0; index < MAX_EDGES; index++) {
            arrivals[index] = new Arrivals();
        }
    }

    /** This worker's own edge of a listening address, for clients that other workers' edges of it were reached by. On the worker. */
    void attach(DatagramEdge edge) {
        arrivals[edge.index()].edge = edge;
    }

    @Override
    public void accept(DatagramEdge edge, UdpPath path, ByteBuf datagram) {
        arrivals[edge.index()].edge = edge;
        accept(edge, path, datagram, false);
    }

    @Override
    public void flush() {
        home.uplink().flush();
        flushAnswers();
    }

    private void flushAnswers() {
        if (!answered) {
            return;
        }
        answered = false;
        for (Arrivals each : arrivals) {
            if (each.edge != null) {
                each.edge.flush();
            }
        }
    }

    /** From other workers' edges with the same index. */
    private final class Arrivals implements HandoffReceiver {
        private @Nullable DatagramEdge edge;

        @Override
        public void acceptHandoff(ByteBuf packet, @Nullable Object origin) {
            DatagramEdge own = edge;
            if (own == null || !(origin instanceof UdpPath path)) {
                drop(packet, Verdict.UNKNOWN_PEER);
                return;
            }
            OpenVpnUdp.this.accept(own, path, packet, true);
        }

        @Override
        public void flushHandoff() {
            flush();
        }
    }

    private void accept(DatagramEdge edge, UdpPath path, ByteBuf datagram, boolean handedOver) {
        if (!datagram.isReadable()) {
            drop(datagram, Verdict.MALFORMED);
        } else if (DataPacket.isV2(datagram)) {
            data(edge, path, datagram, handedOver);
        } else {
            control(edge, path, datagram, handedOver);
        }
    }

    private void data(DatagramEdge edge, UdpPath path, ByteBuf datagram, boolean handedOver) {
        if (datagram.readableBytes() <= DataPacket.V2_OVERHEAD) {
            drop(datagram, Verdict.MALFORMED);
            return;
        }
        int peerId = DataPacket.peerId(datagram);
        int number = DataPacket.worker(peerId);
        if (number != home.worker().number()) {
            handOver(number, edge, path, datagram, handedOver);
            return;
        }
        Peer peer = home.find(peerId);
        if (peer == null || !(peer.transport() instanceof UdpTransport transport)) {
            drop(datagram, Verdict.UNKNOWN_PEER);
            return;
        }
        Verdict verdict;
        try {
            verdict = peer.open(datagram, datagram);
            if (verdict == null && !transport.isAt(path)) {
                verdict = floated(peer, transport, edge, path);
            }
        } catch (RuntimeException bug) {
            datagram.release();
            peer.failed("opening a packet", bug);
            return;
        }
        if (verdict != null) {
            drop(datagram, verdict);
        } else {
            peer.link().opened(datagram);
        }
    }

    /** An authentic packet came by another path: the client moved, unless it just did or somebody else of another name lives there. */
    @SuppressWarnings("ReferenceEquality") // a peer is itself
    private @Nullable Verdict floated(Peer peer, UdpTransport transport, DatagramEdge edge, UdpPath path) {
        Session session = peer.session();
        if (session == null || !peer.isUp()) {
            return Verdict.SESSION_NOT_UP;
        }
        long now = home.worker().nanoTime();
        if (!transport.mayMove(now)) {
            return null;
        }
        Peer there = home.server().at(path);
        String user = there == null || there == peer ? null : there.liveUser();
        if (user != null && !user.equals(session.user())) {
            return Verdict.UNKNOWN_PEER;
        }
        home.server().moved(peer, transport.path(), path);
        transport.moveTo(edge, path, now);
        session.moved(path.peer(), path.local());
        return null;
    }

    @SuppressWarnings("ReferenceEquality") // a worker's place is itself
    private void control(DatagramEdge edge, UdpPath path, ByteBuf datagram, boolean handedOver) {
        Opcode opcode = Opcode.of(datagram.getUnsignedByte(datagram.readerIndex()));
        if (opcode == null || opcode.isData() || datagram.readableBytes() < ControlPackets.HEADER_OCTETS) {
            drop(datagram, opcode == Opcode.DATA_V1 ? Verdict.UNKNOWN_PEER : Verdict.MALFORMED);
            return;
        }
        Peer peer = home.server().find(datagram.getLong(datagram.readerIndex() + 1));
        if (peer != null && peer.home() != home) {
            handOver(peer.home().worker().number(), edge, path, datagram, handedOver);
            return;
        }
        if (peer == null) {
            first(edge, path, datagram, handedOver);
        } else if (mayComeFrom(peer, path)) {
            try {
                peer.receive(datagram);
            } finally {
                datagram.release();
            }
        } else {
            drop(datagram, Verdict.UNKNOWN_PEER);
        }
    }

    /** Packets that are numbered are authentic. Without a key around the control channel anybody who saw the session ids could write to it, from anywhere. */
    private static boolean mayComeFrom(Peer peer, UdpPath path) {
        return peer.numbersPackets() || !(peer.transport() instanceof UdpTransport transport) || transport.isAt(path);
    }

    private void first(DatagramEdge edge, UdpPath path, ByteBuf datagram, boolean handedOver) {
        First first = home.first(datagram);
        if (first == null) {
            datagram.release();
            return;
        }
        if (first.packet() instanceof HardResetClientV2 reset) {
            datagram.release();
            reset(edge, path, reset, first);
            return;
        }
        OvpnSessionId ours = cookieOf(first.packet(), path);
        if (ours != null && SessionIdCookies.worker(ours) == home.worker().number()) {
            datagram.release();
            proven(edge, path, ours, first);
            return;
        }
        first.close();
        if (ours == null) {
            drop(datagram, Verdict.STALE_COOKIE);
        } else {
            handOver(SessionIdCookies.worker(ours), edge, path, datagram, handedOver);
        }
    }

    private void reset(DatagramEdge edge, UdpPath path, HardResetClientV2 reset, First first) {
        if (!home.mayAnswer(reset, path.peer())) {
            first.close();
        } else if (first.key() == KeyKind.OWN_ONCE) {
            keep(edge, path, reset, first);
        } else {
            answer(edge, path, reset, first);
        }
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

    /** A tls-crypt-v2 client before 2.6 brings its key with this packet only. How many such there are at once is bounded, and for how long. */
    private void keep(DatagramEdge edge, UdpPath path, HardResetClientV2 reset, First first) {
        OvpnSessionId ours = SessionIdCookies.ofRandom(
                home.worker().number(), home.server().random().nextLong());
        Peer peer = begin(edge, path, ours, first);
        if (peer == null) {
            return;
        }
        if (!peer.beginUnproven()) {
            home.drop(Verdict.HANDSHAKE_LIMIT);
            peer.end(CloseReason.HANDSHAKE_FAILED, "too many clients whose address is not proven");
        } else if (peer.isNew(first.unwrapped())) {
            peer.answer(reset);
        }
    }

    /** Our session id, when the packet acknowledges the answer that we gave to this client at this address, or an earlier one did; else null. */
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

    /** The client receives at its address. That alone is remembered, in a few octets; octets of TLS begin a handshake. */
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
        if (!home.server().enter(peer, path)) {
            peer.end(CloseReason.HANDSHAKE_FAILED, "another client has this session id");
            return null;
        }
        return peer;
    }

    private void handOver(int number, DatagramEdge edge, UdpPath path, ByteBuf datagram, boolean again) {
        if (again || number >= home.gateway().workers().count()) {
            drop(datagram, Verdict.UNKNOWN_PEER);
            return;
        }
        Worker to = home.gateway().workers().get(number);
        home.worker().handOver(to, home.server().udpOf(to).arrivals[edge.index()], datagram, path);
    }

    private void drop(ByteBuf datagram, Verdict verdict) {
        datagram.release();
        home.drop(verdict);
    }
}
