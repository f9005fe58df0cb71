package io.sallyport.daemon.wiring;

import io.sallyport.core.Gateway;
import io.sallyport.core.address.AddressPools;
import io.sallyport.core.address.Pool;
import io.sallyport.core.crypto.PacketCipherProvider;
import io.sallyport.core.network.Network;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.SessionListener;
import io.sallyport.core.session.Sessions;
import io.sallyport.core.udp.DatagramEdge;
import io.sallyport.core.udp.DatagramEdges;
import io.sallyport.core.udp.ListenException;
import io.sallyport.core.worker.Worker;
import io.sallyport.core.worker.Workers;
import io.sallyport.daemon.admin.AdminException;
import io.sallyport.daemon.admin.AdminOperations.Reloaded;
import io.sallyport.daemon.admin.AdminServer;
import io.sallyport.daemon.admin.SessionOperations;
import io.sallyport.daemon.admin.StateDirectory;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.HostAndPort;
import io.sallyport.daemon.log.SessionLog;
import io.sallyport.daemon.metrics.CountedAuthenticator;
import io.sallyport.daemon.metrics.GatewayMetrics;
import io.sallyport.daemon.metrics.MetricsServer;
import io.sallyport.openvpn.server.OpenVpnServer;
import io.sallyport.openvpn.wire.ServerKeys;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running gateway. */
public final class Daemon implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Daemon.class);
    private static final long DRAIN_LOOK_MILLIS = 100;
    private static final List<String> PROTOCOLS = List.of("openvpn-udp", "openvpn-tcp", "sstp");

    private final GatewayConfig config;
    private final Consumer<String> fatal;
    private final Resources resources = new Resources();
    private final Listening listening = new Listening();
    private final GatewayMetrics metrics = new GatewayMetrics(PROTOCOLS);
    private final Authentication authentication;
    private final PacketCipherProvider packetCiphers;
    private final Network network;
    private final Gateway gateway;
    private final Reloader reloader;
    private final Presence presence;
    private @Nullable OpenVpnServer openVpn;
    private @Nullable SstpSide sstp;
    private volatile boolean networkLost;
    /** Whether nobody could tell the gateway anything for a while, and it has not looked since; of one thread. */
    private boolean untold;

    private Daemon(GatewayConfig config, Consumer<String> fatal, String version) throws StartException {
        this.config = config;
        this.fatal = fatal;
        resources.add(metrics);
        CipherChoice ciphers = CipherChoice.begin(config);
        try {
            StateDirectory state =
                    resources.add(StateDirectory.hold(config.gateway().state()));
            authentication = Authentication.of(config, new SecureRandom());
            Workers workers = resources.add(Workers.start(workerCount()));
            network = resources.add(HostSide.openNetwork(config, workers.count(), this::networkLost));
            gateway = startGateway(workers);
            authentication.computeIn(gateway.compute());
            presence = new Presence(version, gateway);
            HostSide host = resources.add(HostSide.setUp(config));
            packetCiphers = ciphers.made();
            if (config.protocols().openvpn().enabled()) {
                openVpn = startOpenVpn();
            }
            if (config.protocols().sstp().enabled()) {
                sstp = resources.add(SstpSide.start(config, gateway));
            }
            new TcpPorts(config.listen(), gateway, resources, listening).bind(openVpn, sstp);
            reloader = new Reloader(config, gateway, presence, authentication, openVpn, sstp);
            authentication.whenRevoked(reloader::endWithdrawn);
            startMetrics();
            AdminView view = new AdminView(presence, metrics, reloader, authentication);
            AdminServer admin = resources.add(AdminServer.start(
                    state,
                    new SessionOperations(
                            config.gateway().name(), version, listening.lines(), gateway.sessions(), view)));
            resources.add(Tending.start(
                    state::tend, authentication::refresh, () -> tend(admin), gateway.pools()::tend, host::tend));
        } catch (AdminException e) {
            resources.close();
            throw StartException.because(e);
        } catch (StartException | RuntimeException | Error e) {
            resources.close();
            throw e;
        }
    }

    /**
     * Everything is bound and ready when it returns; when it throws, the host is as it was.
     *
     * @param fatal told why when the gateway cannot go on (its device is gone): then close it
     */
    public static Daemon start(GatewayConfig config, String version, Consumer<String> fatal) throws StartException {
        Daemon daemon = new Daemon(config, fatal, version);
        daemon.presence.become(Readiness.READY);
        log.info("{} is ready: {}", config.gateway().name(), String.join(", ", daemon.listening.lines()));
        return daemon;
    }

    /** How far its life has come, and whether it lives. */
    public Presence presence() {
        return presence;
    }

    /** For the demo. */
    Network network() {
        return network;
    }

    /** For the demo: any of the workers. */
    Worker worker() {
        return gateway.workers().get(0);
    }

    /** For the demo: what packets are sealed with. */
    PacketCipherProvider packetCiphers() {
        return packetCiphers;
    }

    /** SIGHUP and {@code sallyport reload}: takes over what changed in the configuration's file, all of it or nothing; says so in the log. */
    public Reloaded reload() {
        return reloader.reload();
    }

    /** For tests: what {@code cert revoke} and {@code user remove} ask for. */
    Reloaded refresh() {
        return reloader.refresh();
    }

    /** Who is told that a reload begins and that it has ended, whoever asked for it; in the thread that reloads. */
    public void whenReloading(Runnable begins, Runnable ends) {
        reloader.whenReloading(begins, ends);
    }

    /** What {@link #drain} does between two looks. */
    @FunctionalInterface
    public interface Pause {
        /** Waits for so long; true to stop at once. */
        boolean isOver(long millis) throws InterruptedException;
    }

    /** How long {@link #drain} takes at most. */
    public Duration drainTime() {
        return reloader.config().drain();
    }

    /** Lets nobody new in, and tells clients to come back at the end of the configured time, a part of them in each second. Returns when the last is told; then close. */
    public void drain(Pause pause) throws InterruptedException {
        presence.become(Readiness.DRAINING);
        gateway.sessions().end();
        if (openVpn != null) {
            openVpn.close();
        }
        if (sstp != null) {
            sstp.close();
        }
        Sessions sessions = gateway.sessions();
        Duration time = drainTime();
        log.info("draining: {} sessions have {} s; a second signal stops at once", sessions.count(), time.toSeconds());
        Drain plan = new Drain(sessions.count(), time, System.nanoTime());
        while (sessions.count() > 0) {
            long now = System.nanoTime();
            sessions.all().stream()
                    .limit(Math.max(0, sessions.count() - plan.mayStay(now)))
                    .forEach(session -> session.close(CloseReason.SHUTDOWN));
            if (plan.isOver(now) || pause.isOver(DRAIN_LOOK_MILLIS)) {
                return;
            }
        }
    }

    /** Tells clients, closes every session, puts the host back. */
    @Override
    public void close() {
        presence.become(Readiness.STOPPED);
        if (networkLost) {
            gateway.sessions().closeAll(CloseReason.NETWORK_LOST);
        }
        resources.close();
    }

    private Gateway startGateway(Workers workers) throws StartException {
        List<Pool> prefixes = config.addresses().pools().stream()
                .map(prefix -> new Pool(Pool.DEFAULT, prefix))
                .toList();
        try {
            AddressPools pools =
                    resources.add(AddressPools.open(prefixes, config.gateway().state()));
            List<SessionListener> listeners = List.of(new SessionLog(), metrics);
            Gateway started = Gateway.start(
                    network,
                    workers,
                    pools,
                    new CountedAuthenticator(authentication, metrics),
                    CoreSettings.of(config, pools),
                    listeners,
                    authentication::holds);
            resources.release(network);
            resources.release(pools);
            resources.release(workers);
            return resources.add(started);
        } catch (IOException e) {
            throw StartException.because(e);
        }
    }

    private int workerCount() {
        return config.workers() == GatewayConfig.AUTO
                ? Math.min(Workers.MAX, Runtime.getRuntime().availableProcessors())
                : config.workers();
    }

    /** Without it the kernel has nowhere to route clients' packets to: whoever runs the gateway starts it anew, with the device and the host's routes made again. */
    private void networkLost() {
        networkLost = true;
        fatal.accept("The TUN device of " + config.gateway().name() + " is gone.");
    }

    /** A command that found no socket has changed users or revocations without a word to the gateway. */
    private void tend(AdminServer admin) {
        untold |= admin.tend();
        if (untold) {
            untold = !reloader.refresh().taken();
        }
    }

    private OpenVpnServer startOpenVpn() throws StartException {
        try (ServerKeys keys = OpenVpn.keys(config)) {
            OpenVpnServer server = resources.add(new OpenVpnServer(
                    gateway,
                    OpenVpn.settings(config, authentication.roots(), authentication.tokens()),
                    keys,
                    packetCiphers));
            int index = 0;
            for (InetSocketAddress address : config.listen().openvpn()) {
                List<DatagramEdge> edges = DatagramEdges.bind(gateway.workers().all(), index++, address, server::udp);
                server.attach(edges);
                listening.add("openvpn udp", edges.getFirst().localAddress());
            }
            return server;
        } catch (ListenException e) {
            throw StartException.because(e);
        }
    }

    private void startMetrics() throws StartException {
        Meters.register(metrics, gateway, presence, authentication, openVpn, sstp);
        InetSocketAddress address = config.metrics().prometheus();
        if (address == null) {
            return;
        }
        try {
            resources.add(MetricsServer.start(address, metrics::scrape, presence::health));
            listening.add("metrics", address);
        } catch (IOException e) {
            throw new StartException("The metrics address " + HostAndPort.text(address)
                    + " cannot be used: another process has it or it is not this host's; change metrics.prometheus.");
        }
    }
}
