package io.sallyport.sstp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.port443.StreamBacklog;
import io.sallyport.core.port443.TlsTermination;
import io.sallyport.core.support.Buffers;
import io.sallyport.core.worker.Verdict;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whose TLS it is makes no difference. */
@Timeout(120)
class TlsWaysTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void boringSslsIsAsGoodAsTheJdks() throws Exception {
        try (SstpSite site = new SstpSite(UnaryOperator.identity(), TlsTermination.Provider.OPENSSL)) {
            try (Visitor alice = site.connect("right")) {
                alice.ping(alice.ipv4(), "198.51.100.7", 1, 1372);
                await().atMost(SOON).until(() -> alice.received.contains("0 1 1400"));
            }
            await().atMost(SOON).until(() -> site.server.connections() == 0);
            assertThat(site.events).hasSize(2).first().asString().startsWith("alice up TLSv1.3 TLS_");
            assertThat(site.events.getLast()).isEqualTo("alice closed CLIENT_EXIT");
        }
    }

    @Test
    void aTerminatorMaySpeakItInstead() throws Exception {
        try (SstpSite site = new SstpSite();
                RawPpp alice = new RawPpp(RawClient.withoutTls(site))) {
            alice.up();
            await().atMost(SOON).until(() -> site.events.size() == 1);
            assertThat(site.events.getFirst()).startsWith("alice up");
        }
    }

    /** Without TLS nobody copies small packets together, and each that waits holds a whole buffer. */
    @Test
    void aSlowReaderOfSmallPacketsIsBoundedWithoutTlsToo() throws Exception {
        try (SstpSite site = new SstpSite();
                RawPpp alice = new RawPpp(RawClient.withoutTls(site))) {
            alice.up();
            await().atMost(SOON).until(() -> site.events.size() == 1);
            InetAddress address = Objects.requireNonNull(
                    site.gateway.sessions().all().getFirst().lease().ipv4());
            long before = Buffers.taken();
            // About fifteen megabytes; the kernel takes some of them on both sides.
            var source = site.network.send(
                    site.workers.get(0), InetAddress.ofLiteral("198.51.100.7"), address, 4000, 200, 50_000, 75_000);
            await().atMost(Duration.ofSeconds(60)).until(() -> site.drops(Verdict.LINK_FULL) > 1000);
            assertThat(Buffers.taken() - before).isBetween(300L, 2L * StreamBacklog.PACKETS);
            source.stop();
        }
    }
}
