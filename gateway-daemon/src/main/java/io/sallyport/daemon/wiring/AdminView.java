package io.sallyport.daemon.wiring;

import io.sallyport.daemon.admin.AdminOperations.Reloaded;
import io.sallyport.daemon.admin.SessionOperations;
import io.sallyport.daemon.metrics.GatewayMetrics;
import java.time.Duration;
import java.time.Instant;

/** What the admin socket asks beyond the sessions. */
record AdminView(Presence presence, GatewayMetrics meters, Reloader reloader, Authentication authentication)
        implements SessionOperations.View {
    @Override
    public String state() {
        return presence.readiness().toString();
    }

    @Override
    public boolean live() {
        return presence.live();
    }

    @Override
    public Instant since() {
        return presence.since();
    }

    @Override
    public Duration uptime() {
        return presence.uptime();
    }

    @Override
    public String metrics() {
        return meters.scrape();
    }

    @Override
    public Reloaded reload() {
        return reloader.reload();
    }

    @Override
    public Reloaded refresh() {
        return reloader.refresh();
    }

    @Override
    public void endTokens(String user) {
        authentication.endTokens(user);
    }
}
