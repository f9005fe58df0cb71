package io.sallyport.sstp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.session.CloseReason;
import io.sallyport.core.worker.Verdict;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that know PPP, and what it makes a server do, on the stream that they really have. */
@Timeout(120)
class PppAttackTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    /** The same once more is acknowledged once more; a record for each would be a system call for each. */
    @Test
    void whatOneReadBringsIsAnsweredInOneRecord() throws Exception {
        try (SstpSite site = SstpSite.withBystander();
                RawPpp alice = new RawPpp(site)) {
            alice.await("c021", "01");
            StringBuilder requests = new StringBuilder();
            for (int i = 1; i <= 5; i++) {
                requests.append("1000000cff03c021010").append(i).append("0004");
            }
            alice.raw.octets(requests.toString());
            byte[] record = new byte[4096];
            // A read gives the octets of one record.
            assertThat(alice.raw.socket.getInputStream().read(record)).isEqualTo(5 * 12);
        }
    }

    @Test
    void afterAWrongEarlyBindingComesTheAbortAndNothingElse() throws Exception {
        try (SstpSite site = SstpSite.withBystander();
                RawPpp mallory = new RawPpp(site)) {
            mallory.open().bindFalsely().password("right");
            assertThat(mallory.await("c023", "")).startsWith("0201");
            // Call Abort: the crypto binding has a value that is not supported
            assertThat(mallory.next()).startsWith("10010014" + "00050001" + "0002000c" + "00000003");
            assertThat(mallory.raw.readToEnd()).isEmpty();
            await().atMost(SOON).until(() -> site.connections() == 0);
            assertThat(site.drops(Verdict.BINDING_MISMATCH)).isEqualTo(1);
            assertThat(site.events).containsExactly("alice closed BINDING_FAILED");
            assertThat(site.refusals).isEmpty();
        }
    }

    @Test
    void aDecisionAfterTheLinkHasEndedOpensNoSession() throws Exception {
        try (SstpSite site = SstpSite.withBystander();
                RawPpp alice = new RawPpp(site)) {
            site.decided = new CompletableFuture<>();
            alice.open().password("right");
            await().atMost(SOON).until(() -> site.asked.get() == 1);
            // Protocol-Reject of PAP: the link ends, and awaits the end's acknowledgement.
            alice.send("c021", "0809000ac02301010004");
            alice.await("c021", "05");
            site.decided.complete(null);
            assertThat(alice.raw.readToEnd()).isNotEmpty();
            await().atMost(SOON).until(() -> site.connections() == 0);
            assertThat(site.events).isEmpty();
            assertThat(site.sessions()).isZero();
            assertThat(site.refusals).hasSize(1).first().asString().startsWith("alice: ");
        }
    }

    @Test
    void whoVanishesWhileADecisionIsAwaitedIsLoggedOnce() throws Exception {
        try (SstpSite site = SstpSite.withBystander()) {
            site.decided = new CompletableFuture<>();
            try (RawPpp alice = new RawPpp(site)) {
                alice.open().password("right");
                await().atMost(SOON).until(() -> site.asked.get() == 1);
            }
            await().atMost(SOON).until(() -> site.connections() == 0);
            site.decided.complete(null);
            assertThat(site.refusals).containsExactly("alice: the connection was lost");
            assertThat(site.server.halfOpen()).isZero();
            assertThat(site.sessions()).isZero();
            assertThat(site.events).isEmpty();
        }
    }

    /** Before there is a call, when it is judged, and when there are too many of it: pooled buffers are not cleared. */
    @Test
    void noBufferKeepsAPasswordWhateverBecomesOfItsFrame() throws Exception {
        try (SstpSite site = keepingLeftovers();
                RawClient early = new RawClient(site);
                RawPpp alice = new RawPpp(site)) {
            early.text(RawClient.HEAD).readHead();
            early.octets("10000018" + "ff03c023" + "01010010" + "05616c696365" + "057269676874");
            await().atMost(SOON).until(() -> site.drops(Verdict.PROTOCOL_VIOLATION) == 1);
            alice.open().password("right").await("c023", "02");
            for (int i = 0; i < 2 * SstpLimits.ANSWERS_A_SECOND; i++) {
                alice.password("right");
            }
            await().atMost(SOON).until(() -> site.drops(Verdict.ANSWER_LIMIT) > 0);
            assertThat(site.leftovers)
                    .anyMatch(octets -> octets.contains("ff03c02300000000"))
                    .noneMatch(octets -> octets.contains("7269676874"));
        }
    }

    private static SstpSite keepingLeftovers() throws Exception {
        SstpSite site = SstpSite.withBystander();
        site.keepsLeftovers = true;
        return site;
    }

    /** It gets its answers until there are too many a second, and reads none of them. */
    @Test
    void anEchoFloodByWhoNeverReadsIsBounded() throws Exception {
        try (SstpSite site = SstpSite.withBystander();
                RawPpp mallory = new RawPpp(site);
                Visitor alice = site.connect("right")) {
            mallory.open().password("right").await("c023", "02");
            mallory.bind();
            String echo = "10000014ff03c0210907000c00000000ffffffff";
            String flood = echo.repeat(200) + "1001000800080000".repeat(200);
            for (int i = 0; i < 20; i++) {
                mallory.raw.octets(flood);
            }
            await().atMost(SOON).until(() -> site.drops(Verdict.ANSWER_LIMIT) > 4000);
            alice.ping(alice.ipv4(), "198.51.100.7", 1, 56);
            await().atMost(SOON).until(() -> alice.received.contains("0 1 84"));
            assertThat(site.drops(Verdict.LINK_FULL)).isZero();
            assertThat(site.drops(Verdict.INTERNAL_ERROR)).isZero();
        }
    }

    @Test
    void whoNeverNegotiatesAnAddressIsEndedAndCountsAsHalfOpenUntilThen() throws Exception {
        try (SstpSite site = SstpSite.withBystander(settings -> settings.withLimits(
                        new SstpLimits(4096, Duration.ofSeconds(10), 64 * 1024, Duration.ofSeconds(1))));
                RawPpp mallory = new RawPpp(site)) {
            mallory.open().password("right").await("c023", "02");
            mallory.bind();
            // Call Disconnect, which is never answered
            assertThat(mallory.awaitPacket(each -> each.startsWith("1001"))).startsWith("10010014" + "0006");
            assertThat(site.sessions()).isZero();
            assertThat(site.server.halfOpen()).isEqualTo(1);
            assertThat(mallory.raw.readToEnd()).isEmpty();
            await().atMost(SOON).until(() -> site.connections() == 0);
            assertThat(site.server.halfOpen()).isZero();
            assertThat(site.events).containsExactly("alice closed HANDSHAKE_FAILED");
        }
    }

    @Test
    void theSessionMayBeClosedWhileIpcpIsNegotiated() throws Exception {
        try (SstpSite site = SstpSite.withBystander();
                RawPpp alice = new RawPpp(site)) {
            alice.open().password("right").await("c023", "02");
            alice.await("8021", "01");
            site.gateway.sessions().closeWhere(session -> session.user().equals("alice"), CloseReason.REPLACED);
            // Call Disconnect, and nothing of PPP after it
            assertThat(alice.awaitPacket(each -> each.startsWith("1001")))
                    .startsWith("1001")
                    .contains("0006");
            await().atMost(SOON).until(() -> site.sessions() == 0);
            alice.send("8021", "0101000a030600000000");
            assertThat(alice.raw.readToEnd()).isEmpty();
            await().atMost(SOON).until(() -> site.connections() == 0 && site.server.halfOpen() == 0);
            assertThat(site.events).containsExactly("alice closed REPLACED");
            assertThat(site.drops(Verdict.SESSION_CLOSED)).isEqualTo(1);
        }
    }

    /** Longer than the header's twelve bits could say once it is rejected. */
    @Test
    void aRequestThatCouldNotBeRejectedIsDiscarded() throws Exception {
        try (SstpSite site = SstpSite.withBystander();
                RawPpp mallory = new RawPpp(site)) {
            mallory.await("c021", "01");
            String options = ("99ff" + "ab".repeat(253)).repeat(16) + "9905aabbcc";
            // Without address and control field: 4095 octets in all
            mallory.raw.octets("10000fff" + "c021" + "01010ff9" + options);
            await().atMost(SOON).until(() -> site.drops(Verdict.MALFORMED) == 1);
            mallory.send("c021", "01020004");
            assertThat(mallory.await("c021", "02")).isEqualTo("02020004");
            assertThat(site.drops(Verdict.INTERNAL_ERROR)).isZero();
        }
    }

    @Test
    void optionsWhoseLengthsLieAreDiscardedAndCounted() throws Exception {
        try (SstpSite site = SstpSite.withBystander();
                RawPpp mallory = new RawPpp(site)) {
            mallory.await("c021", "01");
            for (String length : new String[] {"00", "01", "ff"}) {
                mallory.send("c021", "01010008" + "01" + length + "0578");
            }
            await().atMost(SOON).until(() -> site.drops(Verdict.MALFORMED) == 3);
            assertThat(site.connections()).isEqualTo(1);
        }
    }
}
