package io.sallyport.sstp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.worker.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bug that one client's packets meet costs that client its session, and nobody else anything. */
@Timeout(120)
class SstpBugTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void beforeACallHasBegun() throws Exception {
        try (SstpSite site = new SstpSite();
                Visitor alice = site.connect("right")) {
            alice.echoes(1);
            site.broken = true;
            try (RawClient unlucky = new RawClient(site)) {
                unlucky.text(RawClient.HEAD).readToEnd();
            }
            site.broken = false;
            assertThat(site.drops(Verdict.INTERNAL_ERROR)).isEqualTo(1);
            await().atMost(SOON).until(() -> site.server.connections() == 1);
            assertThat(site.server.halfOpen()).isZero();
            alice.echoes(2);
        }
    }

    /** Whatever a handler throws, Netty hands back to it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whenAReadIsComplete(boolean asAnError) throws Exception {
        try (SstpSite site = new SstpSite();
                Visitor alice = site.connect("right");
                Visitor unlucky = site.connect("bob", "right", config -> config)) {
            alice.echoes(1);
            unlucky.echoes(1);
            site.breakFlush(asAnError);
            unlucky.ping(unlucky.ipv4(), "198.51.100.7", 2, 56);
            assertThat(unlucky.closed()).isNotEmpty();
            await().atMost(SOON).until(() -> site.server.connections() == 1);
            assertThat(site.drops(Verdict.INTERNAL_ERROR)).isEqualTo(1);
            assertThat(site.events.getLast()).isEqualTo("bob closed INTERNAL_ERROR");
            alice.echoes(2);
        }
    }
}
