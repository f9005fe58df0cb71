package io.sallyport.daemon.wiring;

import io.sallyport.core.ClientSettings;
import io.sallyport.core.Gateway;
import io.sallyport.core.GatewaySettings;
import io.sallyport.core.address.AddressPools;
import io.sallyport.core.address.Pool;
import io.sallyport.core.crypto.CipherUnavailableException;
import io.sallyport.core.crypto.PacketCipherProvider;
import io.sallyport.core.crypto.PacketCiphers;
import io.sallyport.core.forward.ForwardingSettings;
import io.sallyport.core.host.HostException;
import io.sallyport.core.host.HostNetwork;
import io.sallyport.core.host.HostSettings;
import io.sallyport.core.host.LocalHost;
import io.sallyport.core.network.MemoryNetwork;
import io.sallyport.core.network.Network;
import io.sallyport.core.port443.Port443;
import io.sallyport.core.port443.PortLimits;
import io.sallyport.core.port443.PortUnavailableException;
import io.sallyport.core.session.SessionLimits;
import io.sallyport.core.session.SessionListener;
import io.sallyport.core.tun.TunDevice;
import io.sallyport.core.tun.TunException;
import io.sallyport.core.udp.DatagramEdge;
import io.sallyport.core.udp.DatagramEdges;
import io.sallyport.core.udp.ListenException;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.core.worker.Workers;
import io.sallyport.daemon.admin.AdminException;
import io.sallyport.daemon.admin.AdminServer;
import io.sallyport.daemon.admin.SessionOperations;
import io.sallyport.daemon.admin.StateDirectory;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.GatewayConfig.Device;
import io.sallyport.daemon.log.SessionLog;
import io.sallyport.daemon.metrics.GatewayMetrics;
import io.sallyport.daemon.metrics.Health;
import io.sallyport.daemon.metrics.MetricsServer;
import io.sallyport.openvpn.server.OpenVpnServer;
import io.sallyport.openvpn.wire.StaticKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running gateway. */
public final class Daemon implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Daemon.class);
    private static final List<String> PROTOCOLS = List.of("openvpn-udp", "openvpn-tcp");

    /** Longer than any task of a worker takes, shorter than a probe waits. */
    private static final Duration LIVE_LIMIT = Duration.ofSeconds(2);

    private final GatewayConfig config;
    private final Consumer<String> fatal;
    private final Resources resources = new Resources();
    private final List<String> listening = new ArrayList<>();
    private final GatewayMetrics metrics = new GatewayMetrics(PROTOCOLS);
    private final String version;
    private final Instant since = Instant.now();
    private final Authentication authentication;
    private final PacketCipherProvider packetCiphers;
    private final Network network;
    private final Gateway gateway;
    private final Liveness liveness;
    private volatile Readiness readiness = Readiness.STARTING;
    private @Nullable OpenVpnServer openVpn;

    private Daemon(GatewayConfig config, Consumer<String> fatal, String version) throws StartException {
        this.config = config;
        this.fatal = fatal;
        this.version = version;
        resources.add(metrics);
        // it takes a while and needs nothing of what follows
        FutureTask<PacketCiphers.Choice> calibration =
                new FutureTask<>(() -> PacketCiphers.choose(config.crypto().toString()));
        Thread.ofPlatform().daemon().name("calibration").start(calibration);
        try {
            StateDirectory state =
                    resources.add(StateDirectory.hold(config.gateway().state()));
            authentication = Authentication.of(config, new SecureRandom());
            Workers workers = resources.add(Workers.start(workerCount()));
            network = resources.add(openNetwork(workers.count()));
            gateway = startGateway(workers);
            liveness = Liveness.of(gateway.workers().all());
            setUpHost();
            packetCiphers = chosen(calibration);
            if (config.protocols().openvpn().enabled()) {
                openVpn = startOpenVpn();
            }
            SessionOperations operations =
                    new SessionOperations(config.gateway().name(), version, listening, gateway.sessions(), view());
            resources.add(AdminServer.start(state, operations));
            startMetrics();
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
        daemon.readiness = Readiness.READY;
        log.info("{} is ready: {}", config.gateway().name(), String.join(", ", daemon.listening));
        return daemon;
    }

    public Readiness readiness() {
        return readiness;
    }

    /** Whether the workers' event loops answer within the limit; not on a worker. */
    public boolean live(Duration limit) {
        return liveness.answers(limit);
    }

    /** One line: the state and how many sessions there are. */
    public String summary() {
        return readiness + ", " + gateway.sessions().count() + " sessions";
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

    /** SIGHUP: takes over what can change under way, for clients that connect from now on. */
    public void reload(GatewayConfig changed) {
        try {
            authentication.reload(changed);
            gateway.replaceSettings(settings(changed, gateway.pools()));
            if (openVpn != null && changed.protocols().openvpn().enabled()) {
                openVpn.replaceSettings(OpenVpn.settings(changed, authentication.roots()));
            }
        } catch (StartException e) {
            log.error("{}; the gateway goes on with what it had before", e.getMessage());
        }
    }

    /** Tells clients, closes every session, puts the host back. */
    @Override
    public void close() {
        readiness = Readiness.STOPPED;
        resources.close();
    }

    private Health health() {
        boolean live = live(LIVE_LIMIT);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", live ? readiness.toString() : "stuck");
        body.put("sessions", gateway.sessions().count());
        body.put("uptimeSeconds", Duration.between(since, Instant.now()).toSeconds());
        body.put("version", version);
        return new Health(live, readiness == Readiness.READY, body);
    }

    private SessionOperations.View view() {
        return new SessionOperations.View() {
            @Override
            public String state() {
                return readiness.toString();
            }

            @Override
            public boolean live() {
                return Daemon.this.live(LIVE_LIMIT);
            }

            @Override
            public String metrics() {
                return metrics.scrape();
            }
        };
    }

    private Gateway startGateway(Workers workers) throws StartException {
        List<Pool> prefixes = config.addresses().pools().stream()
                .map(prefix -> new Pool(Pool.DEFAULT, prefix))
                .toList();
        try {
            AddressPools pools =
                    resources.add(AddressPools.open(prefixes, config.gateway().state()));
            List<SessionListener> listeners = List.of(new SessionLog(), metrics);
            Gateway started =
                    Gateway.start(network, workers, pools, authentication, settings(config, pools), listeners);
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

    private Network openNetwork(int queues) throws StartException {
        return switch (config.network().device()) {
            case Device.Memory(int mtu) -> new MemoryNetwork("memory", mtu);
            case Device.Tun(String name, int mtu) -> {
                try {
                    yield TunDevice.open(name, mtu, queues, () -> fatal.accept("The TUN device " + name + " is gone."));
                } catch (TunException e) {
                    throw StartException.because(e);
                }
            }
        };
    }

    private static GatewaySettings settings(GatewayConfig config, AddressPools pools) {
        GatewayConfig.Addresses addresses = config.addresses();
        return new GatewaySettings(
                new ClientSettings(
                        addresses.dns(), addresses.dnsDomain(), addresses.routes(), pools.gatewayAddresses()),
                new ForwardingSettings(addresses.isolation()),
                new SessionLimits(Math.max(1, config.gateway().sku().otherSessions()), SessionLimits.UNLIMITED));
    }

    private void setUpHost() throws StartException {
        if (!(config.network().device() instanceof Device.Tun(String name, int mtu))) {
            return;
        }
        HostSettings settings = new HostSettings(
                name,
                mtu,
                config.addresses().pools(),
                config.network().ipForward() != GatewayConfig.IpForward.OFF,
                config.network().masquerade(),
                config.gateway().state());
        try {
            resources.add(HostNetwork.setUp(new LocalHost(), settings));
        } catch (HostException e) {
            throw StartException.because(e);
        }
    }

    private OpenVpnServer startOpenVpn() throws StartException {
        try (StaticKey tlsCrypt = OpenVpn.tlsCrypt(config)) {
            OpenVpnServer server = resources.add(new OpenVpnServer(
                    gateway, OpenVpn.settings(config, authentication.roots()), tlsCrypt, packetCiphers));
            int index = 0;
            for (InetSocketAddress address : config.listen().openvpn()) {
                List<DatagramEdge> edges = DatagramEdges.bind(gateway.workers().all(), index++, address, server::udp);
                server.attach(edges);
                listening.add("openvpn udp " + text(edges.getFirst().localAddress()));
            }
            if (!config.listen().tls().isEmpty()) {
                Port443 port = resources.add(Port443.bind(
                        gateway.workers().all(), config.listen().tls(), List.of(server.tcp()), PortLimits.DEFAULT));
                port.addresses().forEach(address -> listening.add("tcp " + text(address)));
            }
            return server;
        } catch (ListenException | PortUnavailableException e) {
            throw StartException.because(e);
        }
    }

    private static PacketCipherProvider chosen(FutureTask<PacketCiphers.Choice> calibration) throws StartException {
        try {
            PacketCiphers.Choice choice = calibration.get();
            log.info("packets are sealed by {}", choice.description());
            return choice.provider();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("Interrupted during the start.");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CipherUnavailableException unavailable) {
                throw StartException.because(unavailable);
            }
            throw new IllegalStateException("the packet ciphers could not be measured", e.getCause());
        }
    }

    private void startMetrics() throws StartException {
        metrics.drops(this::drops);
        metrics.gauge(
                "sallyport.handshakes.open", "Handshakes under way", () -> openVpn == null ? 0 : openVpn.halfOpen());
        InetSocketAddress address = config.metrics().prometheus();
        if (address == null) {
            return;
        }
        try {
            resources.add(MetricsServer.start(address, metrics::scrape, this::health));
            listening.add("metrics " + text(address));
        } catch (IOException e) {
            throw new StartException("The metrics address " + text(address)
                    + " cannot be used: another process has it or it is not this host's; change metrics.prometheus.");
        }
    }

    private long drops(Verdict verdict) {
        return gateway.workers().all().stream()
                .mapToLong(worker -> worker.verdicts().get(verdict))
                .sum();
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
