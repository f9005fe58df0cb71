package io.sallyport.sstp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.worker.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that begin as they should and stop, dawdle or talk nonsense before anybody knows who they are. */
@Timeout(120)
class StageAttackTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    /** A Call Connect Ack offering both hashes, up to the nonce. */
    private static final String ACK = "10010030" + "00020001" + "00040028" + "00000003";

    @Test
    void oneOctetAtATimeIsAsGoodAsAllAtOnce() throws Exception {
        try (SstpSite site = SstpSite.withBystander();
                RawClient client = new RawClient(site)) {
            for (byte octet : RawClient.HEAD.getBytes(StandardCharsets.US_ASCII)) {
                assertThat(client.writeOne(octet)).isTrue();
            }
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n");
            for (byte octet : Octets.fromHex(RawClient.REQUEST).toByteArray()) {
                assertThat(client.writeOne(octet)).isTrue();
            }
            assertThat(client.read(48)).startsWith(ACK);
        }
    }

    @Test
    void headAndRequestMayComeTogether() throws Exception {
        try (SstpSite site = SstpSite.withBystander();
                RawClient client = new RawClient(site)) {
            client.text(RawClient.HEAD
                    + new String(Octets.fromHex(RawClient.REQUEST).toByteArray(), StandardCharsets.ISO_8859_1));
            client.readHead();
            assertThat(client.read(48)).startsWith(ACK);
        }
    }

    @Test
    void twoCallsHaveTwoNonces() throws Exception {
        try (SstpSite site = SstpSite.withBystander();
                RawClient one = new RawClient(site);
                RawClient two = new RawClient(site)) {
            one.text(RawClient.HEAD).readHead();
            two.text(RawClient.HEAD).readHead();
            assertThat(one.octets(RawClient.REQUEST).read(48))
                    .isNotEqualTo(two.octets(RawClient.REQUEST).read(48));
        }
    }

    @Test
    void whoSendsNoRequestIsAborted() throws Exception {
        try (SstpSite site = hurried();
                RawClient client = new RawClient(site)) {
            client.text(RawClient.HEAD).readHead();
            // Call Abort: the negotiation took too long
            assertThat(client.read(20)).isEqualTo("10010014" + "00050001" + "0002000c" + "00000002" + "00000008");
            assertThat(client.readToEnd()).isEmpty();
            await().atMost(SOON).until(() -> site.connections() == 0);
            assertThat(site.drops(Verdict.DEADLINE_PASSED)).isEqualTo(1);
            assertThat(site.refusals).containsExactly(": no request came");
        }
    }

    @Test
    void whoNeverAuthenticatesIsAborted() throws Exception {
        try (SstpSite site = hurried();
                RawClient client = new RawClient(site)) {
            client.text(RawClient.HEAD).readHead();
            client.octets(RawClient.REQUEST).read(48);
            // Call Abort after the Configure-Request: the negotiation took too long
            String all = client.readToEnd();
            assertThat(Octets.of(all.getBytes(StandardCharsets.ISO_8859_1)).toHex())
                    .startsWith("1000")
                    .endsWith("10010014" + "00050001" + "0002000c" + "00000002" + "00000008");
            await().atMost(SOON).until(() -> site.connections() == 0);
            assertThat(site.server.halfOpen()).isZero();
            assertThat(site.drops(Verdict.DEADLINE_PASSED)).isEqualTo(1);
            assertThat(site.refusals).containsExactly(": the authentication took too long");
        }
    }

    @Test
    void whatIsNoPacketEndsTheConnectionWithoutAWord() throws Exception {
        try (SstpSite site = SstpSite.withBystander();
                RawClient client = new RawClient(site)) {
            client.text(RawClient.HEAD).readHead();
            client.text("GET / HTTP/1.1\r\n\r\n");
            assertThat(client.readToEnd()).isEmpty();
            await().atMost(SOON).until(() -> site.connections() == 0);
            assertThat(site.drops(Verdict.MALFORMED)).isEqualTo(1);
        }
    }

    @Test
    void moreOctetsThanAnAuthenticationNeedsEndTheConnection() throws Exception {
        try (SstpSite site = SstpSite.withBystander();
                RawClient client = new RawClient(site)) {
            client.text(RawClient.HEAD).readHead();
            client.octets(RawClient.REQUEST).read(48);
            // Frames of a protocol that nobody knows, each of 1000 octets.
            String frame = "100003e8" + "ff03" + "c0de" + "ab".repeat(992);
            try {
                for (int i = 0; i < 1000; i++) {
                    client.octets(frame);
                }
            } catch (IOException e) {
                // It was closed before it had taken all.
            }
            await().atMost(SOON).until(() -> site.connections() == 0);
            assertThat(site.drops(Verdict.HANDSHAKE_LIMIT)).isEqualTo(1);
        }
    }

    @Test
    void packetsBeforeTheBindingGoNowhere() throws Exception {
        try (SstpSite site = SstpSite.withBystander();
                RawClient client = new RawClient(site)) {
            client.text(RawClient.HEAD).readHead();
            client.octets(RawClient.REQUEST).read(48);
            client.octets("1000001c" + "ff030021" + "4500001400000000400100000a080002c6336407");
            client.octets("10000019" + "21" + "4500001400000000400100000a080002c6336407");
            client.octets("10000004" + "10000005ff" + "10000006ff03");
            await().atMost(SOON).until(() -> site.drops(Verdict.SESSION_NOT_UP) == 2);
            await().atMost(SOON).until(() -> site.drops(Verdict.MALFORMED) >= 2);
        }
    }

    private static SstpSite hurried() throws Exception {
        return SstpSite.withBystander(
                settings -> settings.withTimers(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(60)));
    }
}
