package io.sallyport.openvpn.server;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.session.Session;
import io.sallyport.core.udp.DatagramEdge;
import io.sallyport.core.udp.DatagramReceiver;
import io.sallyport.core.udp.UdpPath;
import io.sallyport.core.worker.HandoffReceiver;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.openvpn.wire.ControlPackets;
import io.sallyport.openvpn.wire.DataPacket;
import io.sallyport.openvpn.wire.Opcode;
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
    private final Newcomers newcomers;

    OpenVpnUdp(OpenVpnWorker home) {
        this.home = home;
        this.newcomers = new Newcomers(home);
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
        if (!newcomers.answered()) {
            return;
        }
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
        } else if (DataPacket.isV1(datagram)) {
            dataV1(edge, path, datagram, handedOver);
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
        open(home.find(peerId), edge, path, datagram);
    }

    /** Names no peer: it is whoever lives at this path, and a client that moved has to begin anew. */
    @SuppressWarnings("ReferenceEquality") // a worker's place is itself
    private void dataV1(DatagramEdge edge, UdpPath path, ByteBuf datagram, boolean handedOver) {
        Peer peer = home.server().at(path);
        if (datagram.readableBytes() <= DataPacket.V1_OVERHEAD) {
            drop(datagram, Verdict.MALFORMED);
        } else if (peer != null && peer.home() != home) {
            handOver(peer.home().worker().number(), edge, path, datagram, handedOver);
        } else {
            open(peer, edge, path, datagram);
        }
    }

    private void open(@Nullable Peer peer, DatagramEdge edge, UdpPath path, ByteBuf datagram) {
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
            int owner = newcomers.accept(edge, path, datagram);
            if (owner != Newcomers.TAKEN) {
                handOver(owner, edge, path, datagram, handedOver);
            }
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
