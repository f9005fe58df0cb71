package io.sallyport.daemon.wiring;

import io.sallyport.core.Gateway;
import io.sallyport.daemon.metrics.Health;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** How far the gateway's life has come, and whether it lives: for service managers, load balancers and operators. */
public final class Presence {
    /** Longer than any task of a worker takes, shorter than a probe waits. */
    private static final Duration LIVE_LIMIT = Duration.ofSeconds(2);

    private final String version;
    private final Gateway gateway;
    private final Liveness liveness;
    private final Instant since = Instant.now();
    private final long startedNanos = System.nanoTime();
    private volatile Readiness readiness = Readiness.STARTING;

    Presence(String version, Gateway gateway) {
        this.version = version;
        this.gateway = gateway;
        this.liveness = Liveness.of(gateway.workers().all());
    }

    void become(Readiness next) {
        readiness = next;
    }

    Readiness readiness() {
        return readiness;
    }

    boolean live() {
        return live(LIVE_LIMIT);
    }

    /** Whether the workers' event loops answer within the limit; not on a worker. */
    public boolean live(Duration limit) {
        return liveness.answers(limit);
    }

    Instant since() {
        return since;
    }

    Duration uptime() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    /** One line: the state and how many sessions there are. */
    public String summary() {
        return readiness + ", " + gateway.sessions().count() + " sessions";
    }

    Health health() {
        boolean live = live();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", live ? readiness.toString() : "stuck");
        body.put("sessions", gateway.sessions().count());
        body.put("uptimeSeconds", uptime().toSeconds());
        body.put("version", version);
        return new Health(live, readiness == Readiness.READY, body);
    }
}
