package io.sallyport.core;

import io.sallyport.core.address.AddressPools;
import io.sallyport.core.auth.Authenticator;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.autoconf.ClientTerms;
import io.sallyport.core.forward.Forwarding;
import io.sallyport.core.forward.Uplink;
import io.sallyport.core.network.Network;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.session.Admission;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.session.SessionListener;
import io.sallyport.core.session.Sessions;
import io.sallyport.core.session.VirtualThreadAdmission;
import io.sallyport.core.worker.Compute;
import io.sallyport.core.worker.Worker;
import io.sallyport.core.worker.Workers;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The assembled core: what a protocol's server is given. Start: workers, pools, network, gateway, then the protocols' servers. Stop: the servers stop taking new clients, then {@link #close}
 * ends the sessions while the workers still run, so that every client can be told, and then everything else.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int LOOKS_PER_CLOSING = 40;

    private final Network network;
    private final Workers workers;
    private final AddressPools pools;
    private final Compute compute = new Compute();
    private final Forwarding forwarding;
    private final Sessions sessions;
    private final Admission admission;
    private volatile GatewaySettings settings;
    private boolean closed;

    private Gateway(
            Network network,
            Workers workers,
            AddressPools pools,
            Authenticator authenticator,
            GatewaySettings settings,
            List<SessionListener> listeners,
            Predicate<Grant> acceptable) {
        this.network = network;
        this.workers = workers;
        this.pools = pools;
        this.settings = settings;
        this.forwarding = new Forwarding(
                workers, pools.gatewayAddresses(), () -> settings().forwarding(), this::termsOf);
        this.sessions = new Sessions(forwarding, pools, listeners);
        this.admission = new VirtualThreadAdmission(
                authenticator, pools, sessions, () -> settings().limits(), acceptable);
    }

    /** For a gateway where nothing that was granted is ever withdrawn. */
    public static Gateway start(
            Network network,
            Workers workers,
            AddressPools pools,
            Authenticator authenticator,
            GatewaySettings settings,
            List<SessionListener> listeners) {
        return start(network, workers, pools, authenticator, settings, listeners, grant -> true);
    }

    /**
     * Takes network, workers and pools over: {@link #close} closes them. When this throws they are still the caller's.
     *
     * @param acceptable whether a grant still holds (its certificate is not revoked, its user not removed); asked on a worker once for each session, when {@link Sessions} can find it, so it
     *     must not wait. Whoever withdraws a grant makes this say no first and then calls {@link Sessions#closeWhere}: no login under way slips through between the two
     */
    public static Gateway start(
            Network network,
            Workers workers,
            AddressPools pools,
            Authenticator authenticator,
            GatewaySettings settings,
            List<SessionListener> listeners,
            Predicate<Grant> acceptable) {
        if (network.mtu() > PacketBuffers.MAX_PACKET) {
            throw new IllegalArgumentException(
                    "the network's MTU " + network.mtu() + " is above " + PacketBuffers.MAX_PACKET);
        }
        Gateway gateway = new Gateway(network, workers, pools, authenticator, settings, listeners, acceptable);
        for (Worker worker : workers.all()) {
            gateway.forwarding.attach(network, worker, Forwarding.noSuperPackets(worker));
        }
        return gateway;
    }

    public Workers workers() {
        return workers;
    }

    public Compute compute() {
        return compute;
    }

    public Admission admission() {
        return admission;
    }

    public Sessions sessions() {
        return sessions;
    }

    public AddressPools pools() {
        return pools;
    }

    /** The worker's way from clients to the network. */
    public Uplink uplink(Worker worker) {
        return forwarding.uplink(worker);
    }

    /** Largest inner packet, in octets. */
    public int mtu() {
        return network.mtu();
    }

    public GatewaySettings settings() {
        return settings;
    }

    /** What clients that connect now are told. */
    public ClientSettings clientSettings() {
        return settings.clients();
    }

    /** What this session's client is told now, whatever it was told before. */
    public ClientTerms termsOf(Session session) {
        return clientSettings().terms(session.grant(), session.lease()).withDhcp6(session.takesDhcp6());
    }

    /** From the next packet and the next session on. */
    public void replaceSettings(GatewaySettings next) {
        settings = next;
    }

    /** Ends every session, waits for at most 5 s until they have ended, and closes the network, the pools and the workers. Not from a worker. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        sessions.end();
        awaitSessionsEnd();
        compute.close();
        network.close();
        workers.close();
        pools.close();
    }

    /** Asked again and again, for those that were on their way in. */
    private void awaitSessionsEnd() {
        long start = System.nanoTime();
        try {
            for (int look = 0; !sessions.isEmpty(); look++) {
                if (look % LOOKS_PER_CLOSING == 0) {
                    sessions.closeAll(CloseReason.SHUTDOWN);
                }
                if (System.nanoTime() - start > CLOSE_NANOS) {
                    log.warn("{} sessions did not close in time", sessions.count());
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
