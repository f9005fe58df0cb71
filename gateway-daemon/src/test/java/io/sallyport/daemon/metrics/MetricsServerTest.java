package io.sallyport.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.worker.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MetricsServerTest {
    @Test
    void scrapesTheGatewaysMeters() throws Exception {
        try (GatewayMetrics metrics = new GatewayMetrics(List.of("openvpn-udp", "openvpn-tcp"));
                MetricsServer server = MetricsServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        metrics::scrape,
                        () -> new Health(true, true, Map.of()));
                HttpClient client = HttpClient.newHttpClient()) {
            metrics.drops(verdict -> verdict == Verdict.REPLAYED ? 7 : 0);
            new CountedAuthenticator(
                            request -> new AuthDecision.Reject(RejectReason.BAD_CREDENTIALS, "for this test"), metrics)
                    .authenticate(certificateAndPassword());
            HttpResponse<String> answer = get(client, server, "/metrics");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body())
                    .contains("sallyport_p2s_connections{protocol=\"openvpn-udp\"} 0")
                    .contains("sallyport_p2s_bytes_total{direction=\"egress\",protocol=\"openvpn-tcp\"} 0")
                    .contains("sallyport_p2s_packets_total{")
                    .contains("sallyport_packets_dropped_total{verdict=\"replayed\"} 7")
                    .contains(
                            "sallyport_authentications_total{method=\"certificate+password\",outcome=\"bad_credentials\",protocol=\"openvpn-udp\"} 1")
                    .contains("jvm_memory_used_bytes");
            assertThat(get(client, server, "/").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void healthSaysWhetherTheGatewayLivesAndWhetherItTakesClients() throws Exception {
        AtomicReference<Health> health = new AtomicReference<>(new Health(true, true, Map.of("status", "ready")));
        try (MetricsServer server = MetricsServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), () -> "", health::get);
                HttpClient client = HttpClient.newHttpClient()) {
            assertThat(get(client, server, "/health/live").statusCode()).isEqualTo(200);
            assertThat(get(client, server, "/health/ready").statusCode()).isEqualTo(200);
            assertThat(get(client, server, "/health/ready").body()).isEqualTo("{\"status\":\"ready\"}\n");

            health.set(new Health(true, false, Map.of("status", "draining")));
            assertThat(get(client, server, "/health/live").statusCode()).isEqualTo(200);
            assertThat(get(client, server, "/health/ready").statusCode()).isEqualTo(503);

            health.set(new Health(false, true, Map.of("status", "stuck")));
            assertThat(get(client, server, "/health/live").statusCode()).isEqualTo(503);
            assertThat(get(client, server, "/health/ready").statusCode()).isEqualTo(503);
            assertThat(get(client, server, "/health").statusCode()).isEqualTo(404);
        }
    }

    private static AuthRequest certificateAndPassword() {
        InetSocketAddress any = new InetSocketAddress("192.0.2.7", 40000);
        ClientContext client = new ClientContext("openvpn-udp", "1", any, any);
        return new AuthRequest.Every(
                client,
                List.of(
                        new AuthRequest.Password(client, "bob", Secret.ofChars("x".toCharArray()), null),
                        new AuthRequest.CertificateChain(client, List.of())));
    }

    private static HttpResponse<String> get(HttpClient client, MetricsServer server, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
        return client.send(
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void dropsAreStillCountedAfterACollection() {
        AtomicLong drops = new AtomicLong(7);
        try (GatewayMetrics metrics = new GatewayMetrics(List.of())) {
            metrics.drops(verdict -> drops.get());
            assertThat(metrics.scrape()).contains("sallyport_packets_dropped_total{verdict=\"replayed\"} 7.0");
            System.gc();
            drops.set(9);
            assertThat(metrics.scrape()).contains("sallyport_packets_dropped_total{verdict=\"replayed\"} 9.0");
        }
    }
}
