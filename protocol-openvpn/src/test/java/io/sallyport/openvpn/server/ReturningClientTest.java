package io.sallyport.openvpn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.GatewaySettings;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.SessionLimits;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that lost its connection comes back while its old session still stands, and its user may have no more than one. */
@Timeout(120)
class ReturningClientTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void isNotKeptOutByItsOwnOldSession() throws Exception {
        try (Site site = new Site(
                        null,
                        s -> Settings.like(s)
                                .ping(1, 3600)
                                .renegotiateAfter(Duration.ZERO)
                                .done());
                Relay nat = new Relay(site.udp)) {
            GatewaySettings now = site.gateway.core.settings();
            SessionLimits one = new SessionLimits(SessionLimits.UNLIMITED, Map.of(), 1, false, null, null);
            site.gateway.core.replaceSettings(new GatewaySettings(now.clients(), now.forwarding(), one));
            site.connect(nat.address(), "alice", "right").connected();
            assertThat(site.connect(site.udp, "alice", "right").closed())
                    .as("while it is heard")
                    .contains("too many sessions of this user");
            nat.fallSilent();
            await().atMost(SOON).until(() -> comesIn(site));
            assertThat(site.gateway.events).contains("alice closed " + CloseReason.CLIENT_TIMEOUT);
        }
    }

    private static boolean comesIn(Site site) throws Exception {
        Site.Client again = site.connect(site.udp, "alice", "right");
        CompletableFuture.anyOf(again.connected, again.closed)
                .exceptionally(refused -> false)
                .join();
        return again.connected.state() == Future.State.SUCCESS;
    }
}
