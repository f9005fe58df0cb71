package io.sallyport.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

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
}
