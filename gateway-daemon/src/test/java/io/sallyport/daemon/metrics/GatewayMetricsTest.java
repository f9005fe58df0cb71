package io.sallyport.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.address.Lease;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.support.NoLifecycle;
import io.sallyport.core.worker.Workers;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GatewayMetricsTest {
    @Test
    void numbersThatOthersCountAreReadWhenAskedFor() {
        AtomicLong refused = new AtomicLong(3);
        try (GatewayMetrics metrics = new GatewayMetrics(List.of())) {
            metrics.counter("sallyport.handshake.octets.refused", "for this test", refused::get);
            System.gc();
            refused.incrementAndGet();
            assertThat(metrics.scrape()).contains("sallyport_handshake_octets_refused_total 4.0");
        }
    }

    @Test
    void sessionThatClosesBeforeItIsUpIsARefusedHandshake() {
        try (GatewayMetrics metrics = new GatewayMetrics(List.of("sstp"));
                Workers workers = Workers.start(1)) {
            metrics.closed(session(workers), CloseReason.BINDING_FAILED, Duration.ZERO);
            // its protocol says so
            metrics.closed(session(workers), CloseReason.REVOKED, Duration.ZERO);
            Session up = session(workers);
            metrics.up(up);
            metrics.closed(up, CloseReason.CLIENT_EXIT, Duration.ZERO);
            assertThat(metrics.scrape())
                    .contains("sallyport_handshakes_total{outcome=\"refused\",protocol=\"sstp\"} 1.0")
                    .contains("sallyport_handshakes_total{outcome=\"accepted\",protocol=\"sstp\"} 1.0")
                    .contains("sallyport_sessions_closed_total{protocol=\"sstp\",reason=\"client_exit\"} 1.0")
                    .doesNotContain("binding_failed");
        }
    }

    private static Session session(Workers workers) {
        InetSocketAddress any = new InetSocketAddress("192.0.2.7", 40000);
        Lease lease = new Lease((Inet4Address) InetAddress.ofLiteral("10.8.0.2"), 24, null, 0);
        return new Session(
                new ClientContext("sstp", "s1", any, any), Grant.of("alice"), lease, workers.get(0), new NoLifecycle());
    }
}
