package io.sallyport.openvpn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.worker.Verdict;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Those who stop or lie inside the control channel, stage by stage; see docs/attacks.md. */
@Timeout(180)
class StageAttackTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final AtomicLong IDS = new AtomicLong(0x3333);

    /** A ClientHello of SSL 3.0, TLS 1.0 and TLS 1.1, inside OpenVPN. */
    @ParameterizedTest
    @ValueSource(strings = {"0300", "0301", "0302"})
    void tlsBelow12IsRefused(String version) throws Exception {
        String hello = version + "11".repeat(32) + "00" + "0006" + "c02bc02f0035" + "0100";
        refused("160301002f" + "0100002b" + hello);
    }

    /** CVE-2026-45416's kind, inside OpenVPN: 16 MiB are claimed and 60,000 octets come. */
    @Test
    void aClientHelloThatClaims16MebibytesIsRefused() throws Exception {
        refused("1603034000" + "01ffffff" + "0303" + "00".repeat(60_000));
    }

    /** Records that are whole but of nothing: they cost what they bring, and the bound on the unproven ends them. */
    @Test
    void endlessRecordsOfNothingAreRefused() throws Exception {
        refused("150303000100".repeat(30_000));
    }

    private static void refused(String hex) throws Exception {
        try (Besieged besieged = new Besieged(null)) {
            List<String> refusals = besieged.site.gateway.refusals;
            for (int i = 1; i <= 5; i++) {
                try (BareClient client = BareClient.tcp(besieged.site.tcp);
                        BareTls tls = new BareTls(client, IDS.incrementAndGet(), Site.clientTls(null))) {
                    Octets all = Octets.fromHex(hex);
                    for (int at = 0; at < all.length() && besieged.site.server.halfOpen() > 0; at += 1000) {
                        try {
                            tls.send(all.slice(at, Math.min(at + 1000, all.length())));
                        } catch (IOException e) {
                            break;
                        }
                    }
                    int due = i;
                    await().atMost(SOON).until(() -> refusals.size() == due);
                    assertThat(besieged.site.server.halfOpen()).isZero();
                    awaitClosed(client);
                }
            }
            // For what came, and not because too little did.
            assertThat(refusals).allMatch(detail -> detail.startsWith("TLS: "));
        }
    }

    /** TLS is done and nothing follows: the handshake as a whole has a deadline. A part of what should is refused. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoStopsAfterTlsIsEndedByADeadline(boolean aPart) throws Exception {
        try (Besieged besieged = new Besieged(null, StageAttackTest::hurried);
                BareClient client = BareClient.tcp(besieged.site.tcp);
                BareTls tls = new BareTls(client, IDS.incrementAndGet(), Site.clientTls(null))) {
            tls.open();
            if (aPart) {
                tls.say((byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 2);
            }
            await().atMost(SOON).until(() -> besieged.site.server.halfOpen() == 0);
            awaitClosed(client);
        }
    }

    /** Nobody has said who he is: a data packet, an EXIT and a PUSH_REQUEST lead to nothing (CVE-2020-15078). */
    @Test
    void nothingIsPushedBeforeAuthentication() throws Exception {
        try (Besieged besieged = new Besieged(null, StageAttackTest::hurried);
                BareClient client = BareClient.tcp(besieged.site.tcp);
                BareTls tls = new BareTls(client, IDS.incrementAndGet(), Site.clientTls(null))) {
            tls.open();
            byte[] data = new byte[60];
            data[0] = 0x48;
            client.sendOctets(data);
            besieged.awaitDrops(Verdict.KEY_UNKNOWN, 1);
            tls.say("PUSH_REQUEST\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            tls.say("EXIT\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            await().atMost(SOON).until(() -> besieged.site.server.halfOpen() == 0);
            awaitClosed(client);
            assertThat(besieged.site.gateway.core.sessions().count()).isEqualTo(2);
        }
    }

    private static OpenVpnSettings hurried(OpenVpnSettings s) {
        return Settings.like(s).handshakeWithin(Duration.ofSeconds(10)).done();
    }

    private static void awaitClosed(BareClient client) throws IOException {
        try {
            while (client.receiveOctets().length > 0) {
                // what the gateway said before
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("still open", e);
        } catch (IOException e) {
            // End of stream, or a reset.
        }
    }
}
