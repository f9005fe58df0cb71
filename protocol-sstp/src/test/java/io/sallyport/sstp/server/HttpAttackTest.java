package io.sallyport.sstp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.worker.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Those who speak HTTPS to the port and are no SSTP clients, and those who would like to hold it. */
@Timeout(120)
class HttpAttackTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: vpn.example.test\r\nUser-Agent: a browser\r\n\r\n",
                "HEAD / HTTP/1.0\r\n\r\n",
                "POST /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/ HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
                "POST /login HTTP/1.1\r\nHost: vpn.example.test\r\nContent-Length: 22\r\n\r\nuser=alice&pass=secret",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
            })
    void anotherRequestFindsNothing(String request) throws Exception {
        try (SstpSite site = SstpSite.withBystander();
                RawClient client = new RawClient(site)) {
            String answer = client.text(request).readToEnd();
            assertThat(answer).isEqualTo("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            await().atMost(SOON).until(() -> site.connections() == 0);
            assertThat(site.drops(Verdict.NOT_THIS_PROTOCOL)).isEqualTo(1);
            assertThat(site.refusals).isEmpty();
        }
    }

    @Test
    void oddHeadsAreRefusedAndTheConnectionEnds() throws Exception {
        List<String> heads = List.of(
                "GET /" + "a".repeat(65_536) + " HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\n" + "X: y\r\n".repeat(10_000) + "\r\n",
                RawClient.HEAD.replace("18446744073709551615", "5"),
                RawClient.HEAD.replace("Host:", "Content-Length:"),
                RawClient.HEAD.replace("\r\n", "\n"),
                RawClient.HEAD.replace("vpn", "v\0n"),
                RawClient.HEAD.replace("Host:", " Host:"));
        try (SstpSite site = SstpSite.withBystander()) {
            for (String head : heads) {
                try (RawClient client = new RawClient(site)) {
                    try {
                        client.text(head);
                    } catch (java.io.IOException e) {
                        // It was closed before it had taken all.
                    }
                    assertThat(client.readToEnd()).startsWith("HTTP/1.1 400 ");
                }
            }
            await().atMost(SOON).until(() -> site.connections() == 0);
            assertThat(site.drops(Verdict.MALFORMED)).isEqualTo(heads.size());
            assertThat(site.server.halfOpen()).isZero();
        }
    }

    /** A socket that stops, each time some octets later, is ended by a deadline that progress does not move. */
    @Test
    void whoStopsInTheHeadIsEndedByADeadline() throws Exception {
        try (SstpSite site = SstpSite.withBystander(hurried(Duration.ofSeconds(1)))) {
            List<RawClient> clients = new ArrayList<>();
            for (int length = 0; length < RawClient.HEAD.length(); length += 20) {
                clients.add(new RawClient(site).text(RawClient.HEAD.substring(0, length)));
            }
            for (RawClient client : clients) {
                assertThat(client.readToEnd()).isEmpty();
                client.close();
            }
            await().atMost(SOON).until(() -> site.drops(Verdict.DEADLINE_PASSED) == clients.size());
            assertThat(site.server.halfOpen()).isZero();
            assertThat(site.server.sources()).isZero();
        }
    }

    @Test
    void whoSendsOneOctetAtATimeIsEndedByTheSameDeadline() throws Exception {
        try (SstpSite site = SstpSite.withBystander(hurried(Duration.ofSeconds(1)));
                RawClient client = new RawClient(site)) {
            client.socket.setSoTimeout(50);
            byte[] head = RawClient.HEAD.getBytes(StandardCharsets.US_ASCII);
            int sent = 0;
            boolean open = true;
            while (open && sent < head.length) {
                open = client.writeOne(head[sent++]);
                try {
                    open &= client.socket.getInputStream().read() >= 0;
                } catch (java.net.SocketTimeoutException quiet) {
                    // as it should be
                } catch (java.io.IOException reset) {
                    open = false;
                }
            }
            assertThat(sent).as("octets before the end").isLessThan(head.length);
            await().atMost(SOON).until(() -> site.drops(Verdict.DEADLINE_PASSED) == 1);
        }
    }

    @Test
    void nobodyHoldsMoreThanHisShareOfTheHalfOpen() throws Exception {
        try (SstpSite site = SstpSite.withBystander(settings ->
                settings.withLimits(new SstpLimits(4, Duration.ofSeconds(60), 64 * 1024, Duration.ofSeconds(60))))) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                clients.add(new RawClient(site));
            }
            // Half of four, and whoever comes then from the same address is one too many.
            await().atMost(SOON).until(() -> site.drops(Verdict.HANDSHAKE_LIMIT) == 4);
            assertThat(site.server.halfOpen()).isEqualTo(2);
            for (RawClient client : clients) {
                client.close();
            }
            await().atMost(SOON).until(() -> site.server.halfOpen() == 0);
            assertThat(site.server.sources()).isZero();
        }
    }

    @Test
    void aClosingServerEndsThoseOnTheirWayIn() throws Exception {
        try (SstpSite site = SstpSite.withBystander();
                RawClient client = new RawClient(site)) {
            await().atMost(SOON).until(() -> site.server.halfOpen() == 1);
            site.server.close();
            assertThat(client.readToEnd()).isEmpty();
            await().atMost(SOON).until(() -> site.connections() == 0);
        }
    }

    private static java.util.function.UnaryOperator<SstpSettings> hurried(Duration head) {
        return settings -> settings.withLimits(new SstpLimits(4096, head, 64 * 1024, Duration.ofSeconds(60)));
    }
}
