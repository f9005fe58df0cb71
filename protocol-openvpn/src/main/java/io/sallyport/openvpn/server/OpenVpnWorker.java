package io.sallyport.openvpn.server;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.Gateway;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.forward.Uplink;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.RandomOctets;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.openvpn.wire.Acks;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.ControlPacket.HardResetClientV2;
import io.sallyport.openvpn.wire.ControlPacket.HardResetServerV2;
import io.sallyport.openvpn.wire.DataPacket;
import io.sallyport.openvpn.wire.OvpnSessionId;
import io.sallyport.openvpn.wire.ServerWraps;
import io.sallyport.openvpn.wire.ServerWraps.First;
import io.sallyport.openvpn.wire.SessionIdCookies;
import io.sallyport.openvpn.wire.WireException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What all peers of one worker share: their table by peer id, keys of the control channel, the second's tick. */
final class OpenVpnWorker {
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int FIRST_TABLE_SIZE = 64;
    /** The last index of the last worker would be the peer id that means none. */
    private static final int MAX_PEERS = DataPacket.MAX_PEERS_PER_WORKER - 1;
    /** A client's first message id is 0; some begin with 1. */
    private static final int MAX_FIRST_MESSAGE_ID = 1;

    private final OpenVpnServer server;
    private final Worker worker;
    private final ServerWraps wraps;
    private final SessionIdCookies cookies;
    private final ResetLimiter resets;
    private final ProvenClients proven;
    private final Uplink uplink;
    private @Nullable Peer[] peers = new Peer[FIRST_TABLE_SIZE];
    private int peerCount;
    private int nextIndex;
    private boolean closed;

    OpenVpnWorker(
            OpenVpnServer server,
            Worker worker,
            ServerWraps wraps,
            SessionIdCookies cookies,
            ResetLimiter resets,
            ProvenClients proven) {
        this.server = server;
        this.worker = worker;
        this.wraps = wraps;
        this.cookies = cookies;
        this.resets = resets;
        this.proven = proven;
        this.uplink = server.gateway().uplink(worker);
    }

    void start() {
        worker.schedule(TICK_NANOS, this::tick);
    }

    OpenVpnServer server() {
        return server;
    }

    Gateway gateway() {
        return server.gateway();
    }

    Worker worker() {
        return worker;
    }

    SessionIdCookies cookies() {
        return cookies;
    }

    ProvenClients proven() {
        return proven;
    }

    Uplink uplink() {
        return uplink;
    }

    RandomOctets random() {
        return server.random()::nextBytes;
    }

    ClientContext client(String protocol, InetSocketAddress from, InetSocketAddress to) {
        return new ClientContext(protocol, gateway().admission().newSessionId(), from, to);
    }

    /** See {@link OpenVpnServer#seconds}. */
    long seconds() {
        return server.seconds();
    }

    void drop(Verdict verdict) {
        worker.verdicts().count(verdict);
    }

    void drop(WireException refusal) {
        drop(refusal.fault() == WireException.Fault.NOT_AUTHENTIC ? Verdict.NOT_AUTHENTIC : Verdict.MALFORMED);
    }

    /**
     * Borrows a packet that is of no peer here, and leaves its indices as they are; null when it is none of ours, which
     * is counted. The caller closes what it gets.
     */
    @Nullable
    First first(ByteBuf packet) {
        int start = packet.readerIndex();
        try {
            return wraps.first(packet, seconds());
        } catch (WireException e) {
            drop(e);
            return null;
        } finally {
            packet.readerIndex(start);
        }
    }

    /** Whether a first packet of this source is answered at all. */
    boolean mayAnswer(HardResetClientV2 reset, InetSocketAddress from) {
        if (reset.messageId() > MAX_FIRST_MESSAGE_ID) {
            drop(Verdict.PROTOCOL_VIOLATION);
            return false;
        }
        int limit = server.settings().limits().resetsPerSource();
        if (closed || !resets.allow(from.getAddress(), limit, seconds())) {
            drop(closed ? Verdict.DRAINING : Verdict.HANDSHAKE_LIMIT);
            return false;
        }
        return true;
    }

    /** The answer to a first packet; it depends on nothing but that packet. */
    static ControlPacket resetAnswer(OvpnSessionId ours, HardResetClientV2 reset, Octets payload) {
        return new HardResetServerV2(ours, Acks.of(reset.sessionId(), List.of(reset.messageId())), 0, payload);
    }

    /** An answer for which nothing is kept, as it goes out. */
    ByteBuf stateless(First first, OvpnSessionId ours, HardResetClientV2 reset) {
        ControlPacket answer = resetAnswer(ours, reset, first.answerPayload());
        return wrapped(out -> first.wrapAnswer(answer, seconds(), out));
    }

    /** A control packet as it goes out, written by {@code wrap}. */
    static ByteBuf wrapped(Consumer<ByteBuf> wrap) {
        ByteBuf out = PacketBuffers.take();
        try {
            wrap.accept(out);
            return out;
        } catch (RuntimeException bug) {
            out.release();
            throw bug;
        }
    }

    /** A handshake of this source came to its end. */
    void completed(InetSocketAddress from) {
        resets.completed(from.getAddress());
    }

    /**
     * Begins a handshake, and takes the first packet over if it does; null when there is no room for one more, which is
     * counted.
     */
    @Nullable
    Peer begin(Transport transport, ClientContext client, OvpnSessionId ours, First first) {
        InetSocketAddress from = client.outerAddress();
        if (closed || gateway().compute().busy() || !server.enterHalfOpen(from)) {
            drop(closed ? Verdict.DRAINING : Verdict.HANDSHAKE_LIMIT);
            return null;
        }
        try {
            return new Peer(this, server.settings(), transport, client, ours, first);
        } catch (RuntimeException bug) {
            server.leaveHalfOpen(from);
            worker.report("a new client", bug);
            return null;
        }
    }

    /** Gives the peer a peer id, or -1 when all are taken. */
    int enter(Peer peer) {
        if (peerCount == MAX_PEERS) {
            return -1;
        }
        if (peerCount >= peers.length / 2) {
            peers = Arrays.copyOf(peers, Math.min(peers.length * 2, DataPacket.MAX_PEERS_PER_WORKER));
        }
        // Round and round, so that an index rests for a while before it is somebody else's.
        do {
            nextIndex = nextIndex + 1 < Math.min(peers.length, MAX_PEERS) ? nextIndex + 1 : 0;
        } while (peers[nextIndex] != null);
        peers[nextIndex] = peer;
        peerCount++;
        return DataPacket.peerId(worker.number(), nextIndex);
    }

    /** Takes the peer out of every table. */
    void leave(Peer peer, int peerId) {
        if (peerId >= 0) {
            peers[DataPacket.index(peerId)] = null;
            peerCount--;
        }
        server.forget(peer);
    }

    /** Null when nobody has this peer id. */
    @Nullable
    Peer find(int peerId) {
        int index = DataPacket.index(peerId);
        return index < peers.length ? peers[index] : null;
    }

    /** No new clients from now on. */
    void close() {
        closed = true;
        for (Peer peer : server.peersOf(this)) {
            if (!peer.isUp()) {
                peer.endSession(CloseReason.SHUTDOWN, CloseReason.SHUTDOWN.text());
            }
        }
    }

    private void tick() {
        // First, so that no bug below ends it for all.
        worker.schedule(TICK_NANOS, this::tick);
        @Nullable Peer[] now = peers;
        for (Peer peer : now) {
            if (peer != null) {
                tick(peer);
            }
        }
    }

    private static void tick(Peer peer) {
        try {
            peer.link().tick();
        } catch (RuntimeException bug) {
            peer.failed("the tick", bug);
        }
    }
}
