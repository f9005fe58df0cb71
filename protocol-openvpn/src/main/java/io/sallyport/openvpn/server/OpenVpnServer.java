package io.sallyport.openvpn.server;

import io.sallyport.core.Gateway;
import io.sallyport.core.crypto.PacketCipherProvider;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.port443.StreamProtocol;
import io.sallyport.core.udp.DatagramEdge;
import io.sallyport.core.udp.DatagramReceiver;
import io.sallyport.core.udp.UdpPath;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.openvpn.control.Challenges;
import io.sallyport.openvpn.control.HandshakeBudget;
import io.sallyport.openvpn.control.ServerCommons;
import io.sallyport.openvpn.wire.ServerKeys;
import io.sallyport.openvpn.wire.ServerWraps;
import io.sallyport.openvpn.wire.SessionIdCookies;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * OpenVPN for clients: give {@link #udp} to the edges of every UDP port and then those edges to {@link #attach}; give {@link #tcp} to the TCP port. {@link #close} before
 * the gateway's: it takes no new clients and ends the handshakes; sessions end with the gateway.
 */
public final class OpenVpnServer implements AutoCloseable {
    private static final long CLOSE_SECONDS = 5;

    private final Gateway gateway;
    private final PacketCipherProvider packetCiphers;
    private final SecureRandom random = new SecureRandom();
    private final List<OpenVpnWorker> workers = new ArrayList<>();
    private final List<OpenVpnUdp> udp = new ArrayList<>();
    private final StreamProtocol tcp;
    private final HalfOpen halfOpen = new HalfOpen();
    private final ServerCommons commons =
            new ServerCommons(new HandshakeBudget(OpenVpnLimits.HANDSHAKE_OCTETS), new Challenges(random::nextBytes));
    private final Set<Peer> peers = ConcurrentHashMap.newKeySet();
    private final ConcurrentMap<Long, Peer> byClientId = new ConcurrentHashMap<>();
    private final ConcurrentMap<UdpPath, Peer> byPath = new ConcurrentHashMap<>();
    private final long startedSeconds = System.currentTimeMillis() / 1000;
    private final long startedNanos = System.nanoTime();
    private volatile OpenVpnSettings settings;

    /** @param keys around the control channels; copied, the caller wipes its own */
    public OpenVpnServer(
            Gateway gateway, OpenVpnSettings settings, ServerKeys keys, PacketCipherProvider packetCiphers) {
        this.gateway = gateway;
        this.settings = settings;
        this.packetCiphers = packetCiphers;
        byte[] cookieKey = new byte[SessionIdCookies.KEY_OCTETS];
        random.nextBytes(cookieKey);
        try (Secret key = Secret.taking(cookieKey)) {
            for (Worker worker : gateway.workers().all()) {
                OpenVpnWorker home = new OpenVpnWorker(
                        this,
                        worker,
                        new ServerWraps(keys),
                        new SessionIdCookies(key),
                        new ResetLimiter(random.nextLong()),
                        new ProvenClients(random.nextLong()));
                workers.add(home);
                udp.add(new OpenVpnUdp(home));
            }
        }
        tcp = new OpenVpnTcp(worker -> workers.get(worker.number()));
        for (OpenVpnWorker home : workers) {
            home.worker().execute(home::start);
        }
    }

    /** What takes the datagrams of this worker's edges, at most {@value OpenVpnUdp#MAX_EDGES} of them. */
    public DatagramReceiver udp(Worker worker) {
        return udpOf(worker);
    }

    /** Makes the edges of one UDP port known to their workers, in the workers' order. */
    public void attach(List<DatagramEdge> edges) {
        for (int i = 0; i < edges.size(); i++) {
            DatagramEdge edge = edges.get(i);
            OpenVpnUdp receiver = udp.get(i);
            workers.get(i).worker().execute(() -> receiver.attach(edge));
        }
    }

    public StreamProtocol tcp() {
        return tcp;
    }

    /** Seconds of the wall clock at the start and counted steadily from there: clients refuse replay ids whose time goes back, so a clock that is set must not reach them. */
    long seconds() {
        return startedSeconds + (System.nanoTime() - startedNanos) / 1_000_000_000L;
    }

    /** For clients that begin from now on. */
    public void replaceSettings(OpenVpnSettings next) {
        settings = next;
    }

    /**
     * Tells the clients that are connected what changed of {@link Gateway#clientSettings} for them: routes and name servers. Those that do not understand that (all before OpenVPN 2.7) get it at
     * their next connection. From any thread.
     */
    public void pushUpdates() {
        peers.forEach(Peer::pushUpdate);
    }

    /** Octets that handshakes hold beyond what is free for each, and how often one was refused more. */
    public HandshakeBudget handshakeBudget() {
        return commons.budget();
    }

    /** As the peers of this worker use it: it counts their refusals. */
    ServerCommons commonsOf(OpenVpnWorker home) {
        return new ServerCommons(
                commons.budget().telling(() -> home.drop(Verdict.HANDSHAKE_LIMIT)), commons.challenges());
    }

    /** Handshakes under way. */
    public int halfOpen() {
        return halfOpen.count();
    }

    /** Entries in the tables that peers are found by. */
    int tableEntries() {
        return peers.size() + byClientId.size() + byPath.size();
    }

    /** Takes no new clients and ends the handshakes under way; not from a worker. */
    @Override
    public void close() {
        CountDownLatch closed = new CountDownLatch(workers.size());
        for (OpenVpnWorker home : workers) {
            home.worker().execute(() -> {
                home.close();
                closed.countDown();
            });
        }
        try {
            var _ = closed.await(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Gateway gateway() {
        return gateway;
    }

    OpenVpnSettings settings() {
        return settings;
    }

    PacketCipherProvider packetCiphers() {
        return packetCiphers;
    }

    SecureRandom random() {
        return random;
    }

    OpenVpnUdp udpOf(Worker worker) {
        return udp.get(worker.number());
    }

    boolean enterHalfOpen(InetSocketAddress from) {
        return halfOpen.enter(from.getAddress(), settings.limits().halfOpen());
    }

    /** Of those that entered, one whose address is not proven. */
    boolean enterUnproven() {
        return halfOpen.enterUnproven(settings.limits().halfOpen());
    }

    void leaveUnproven() {
        halfOpen.prove();
    }

    void leaveHalfOpen(InetSocketAddress from) {
        halfOpen.leave(from.getAddress());
    }

    /** A peer over TCP. */
    void enter(Peer peer) {
        peers.add(peer);
    }

    /** A peer over UDP; false when its client's session id is taken. */
    boolean enterByClientId(Peer peer) {
        if (byClientId.putIfAbsent(peer.theirs().value(), peer) != null) {
            return false;
        }
        peers.add(peer);
        return true;
    }

    /** A peer whose client is up: not before, because until then its path may be another's. */
    void enterByPath(Peer peer) {
        if (peer.transport() instanceof UdpTransport transport) {
            byPath.put(transport.path(), peer);
        }
    }

    /** By the client's session id; null when there is none. */
    @Nullable
    Peer find(long clientId) {
        return byClientId.get(clientId);
    }

    /** The one that was the last to come up at this path, or to move there. */
    @Nullable
    Peer at(UdpPath path) {
        return byPath.get(path);
    }

    void moved(Peer peer, UdpPath from, UdpPath to) {
        byPath.remove(from, peer);
        byPath.put(to, peer);
    }

    void forget(Peer peer) {
        peers.remove(peer);
        byClientId.remove(peer.theirs().value(), peer);
        if (peer.transport() instanceof UdpTransport transport) {
            byPath.remove(transport.path(), peer);
        }
    }

    List<Peer> peers() {
        return List.copyOf(peers);
    }

    @SuppressWarnings("ReferenceEquality") // a worker's place is itself
    List<Peer> peersOf(OpenVpnWorker home) {
        return peers.stream().filter(peer -> peer.home() == home).toList();
    }
}
