package io.sallyport.daemon.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.session.SessionListener;
import io.sallyport.core.session.Traffic;
import io.sallyport.core.worker.Verdict;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * The gateway's meters. Sessions are read live; what closed sessions carried is kept, so that the totals never fall. Register it as a listener of the sessions, and
 * give it the suppliers before the first scrape.
 */
public final class GatewayMetrics implements SessionListener, AutoCloseable {
    private static final List<String> DIRECTIONS = List.of("ingress", "egress");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final Map<String, LongAdder> ofClosed = new ConcurrentHashMap<>();
    private volatile ToLongFunction<Verdict> drops = verdict -> 0;
    private final Map<String, AtomicLong> shown = new ConcurrentHashMap<>();
    private final Map<String, Session> live = new ConcurrentHashMap<>();

    /** @param protocols those that are always shown, also before they have a session, as {@code openvpn-udp} */
    public GatewayMetrics(Collection<String> protocols) {
        protocols.forEach(this::register);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
    }

    private void register(String protocol) {
        Gauge.builder("sallyport.p2s.connections", () -> connections(protocol))
                .description("Sessions that are up")
                .tag("protocol", protocol)
                .register(registry);
        for (String direction : DIRECTIONS) {
            counter("sallyport.p2s.bytes", "Inner octets", protocol, direction, bytes(direction));
            counter("sallyport.p2s.packets", "Inner packets", protocol, direction, packets(direction));
        }
    }

    private static ToLongFunction<Traffic> bytes(String direction) {
        return direction.equals("ingress") ? Traffic::upOctets : Traffic::downOctets;
    }

    private static ToLongFunction<Traffic> packets(String direction) {
        return direction.equals("ingress") ? Traffic::upPackets : Traffic::downPackets;
    }

    private void counter(
            String name, String description, String protocol, String direction, ToLongFunction<Traffic> count) {
        FunctionCounter.builder(name, this, metrics -> metrics.total(name, protocol, direction, count))
                .description(description + "; ingress is from the client")
                .tags("protocol", protocol, "direction", direction)
                .register(registry);
    }

    private double connections(String protocol) {
        return live.values().stream()
                .filter(session -> session.protocol().equals(protocol))
                .count();
    }

    /** A session that closes at this moment may be missing; a total that fell would look like a restart, and be counted anew. */
    private double total(String name, String protocol, String direction, ToLongFunction<Traffic> count) {
        long ofLive = live.values().stream()
                .filter(session -> session.protocol().equals(protocol))
                .mapToLong(session -> count.applyAsLong(session.traffic()))
                .sum();
        long now = closed(name, protocol, direction).sum() + ofLive;
        return shown.computeIfAbsent(name + " " + protocol + " " + direction, _ -> new AtomicLong())
                .accumulateAndGet(now, Math::max);
    }

    private LongAdder closed(String name, String protocol, String direction) {
        return ofClosed.computeIfAbsent(name + " " + protocol + " " + direction, key -> new LongAdder());
    }

    /** Drops of all workers together, by verdict. The registry holds what it counts weakly: the function is kept here. */
    public void drops(ToLongFunction<Verdict> count) {
        drops = count;
        for (Verdict verdict : Verdict.values()) {
            FunctionCounter.builder("sallyport.packets.dropped", this, metrics -> metrics.drops.applyAsLong(verdict))
                    .description("Packets dropped, each under one verdict")
                    .tag("verdict", verdict.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    /** Any other number that is read when asked for, as {@code sallyport.leases.free}. */
    public void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    /** The same for a number that only rises, as {@code sallyport.handshake.octets.refused}. */
    public void counter(String name, String description, LongSupplier value) {
        FunctionCounter.builder(name, this, _ -> value.getAsLong())
                .description(description)
                .register(registry);
    }

    /** A handshake ended: {@code sallyport_handshakes_total}; the outcome is one of few constants, never a peer's text. */
    public void handshake(String protocol, String outcome) {
        count("sallyport.handshakes", "Handshakes that ended", Tags.of("protocol", protocol), outcome);
    }

    /** Somebody was judged: {@code sallyport_authentications_total}; the outcome is {@code accepted}, {@code challenge} or a reject reason's name. */
    void authentication(String protocol, String method, String outcome) {
        Tags tags = Tags.of("protocol", protocol, "method", method);
        count("sallyport.authentications", "Decisions on who may come in", tags, outcome);
    }

    private void count(String name, String description, Tags tags, String outcome) {
        Counter.builder(name)
                .description(description)
                .tags(tags.and("outcome", outcome.toLowerCase(Locale.ROOT)))
                .register(registry)
                .increment();
    }

    @Override
    public void up(Session session) {
        live.put(session.id(), session);
        handshake(session.protocol(), "accepted");
    }

    @Override
    public void closed(Session session, CloseReason reason, Duration duration) {
        if (live.remove(session.id()) == null) {
            // It never was up. Who is refused in the moment of opening is told by the protocol, and counted there.
            if (reason != CloseReason.REVOKED) {
                handshake(session.protocol(), "refused");
            }
            return;
        }
        for (String direction : DIRECTIONS) {
            closed("sallyport.p2s.bytes", session.protocol(), direction)
                    .add(bytes(direction).applyAsLong(session.traffic()));
            closed("sallyport.p2s.packets", session.protocol(), direction)
                    .add(packets(direction).applyAsLong(session.traffic()));
        }
        Counter.builder("sallyport.sessions.closed")
                .description("Sessions that ended, by reason")
                .tags("protocol", session.protocol(), "reason", reason.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
    }

    @Override
    public void refused(ClientContext client, String user, String detail) {
        handshake(client.protocol(), "refused");
    }

    /** In Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
