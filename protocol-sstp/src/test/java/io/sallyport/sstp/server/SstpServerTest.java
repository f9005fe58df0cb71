package io.sallyport.sstp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.octets.Secret;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.worker.Verdict;
import io.sallyport.sstp.control.BindingHabit;
import io.sallyport.sstp.control.BindingHabit.When;
import io.sallyport.sstp.ppp.PppLogin;
import io.sallyport.sstp.wire.HashProtocol;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Server and client over loopback, with TLS around them and a whole core behind. */
@Timeout(120)
class SstpServerTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String HOST = "198.51.100.7";

    @Test
    void aClientLogsInPingsAndLeaves() throws Exception {
        try (SstpSite site = new SstpSite();
                Visitor alice = site.connect("right")) {
            assertThat(alice.connected().ipv4()).isEqualTo(InetAddress.ofLiteral("10.8.0.2"));
            assertThat(alice.connected().gateway()).isEqualTo(InetAddress.ofLiteral("10.8.0.1"));
            assertThat(alice.connected().dns())
                    .containsExactly((java.net.Inet4Address) InetAddress.ofLiteral("192.0.2.53"));
            assertThat(alice.connected().cipher()).startsWith("TLSv1.3 TLS_");
            await().atMost(SOON).until(() -> site.events.size() == 1);
            assertThat(site.events.getFirst())
                    .isEqualTo("alice up " + alice.connected().cipher());
            echoes(alice, alice.ipv4(), HOST, 1, 56);
            echoes(alice, alice.ipv4(), HOST, 2, 1372);
            assertThat(site.server.halfOpen()).isZero();
            alice.vpn.close();
            assertThat(alice.closed()).startsWith("0 LOCAL");
            await().atMost(SOON).until(() -> site.sessions() == 0 && site.server.connections() == 0);
            assertThat(site.events.getLast()).isEqualTo("alice closed CLIENT_EXIT");
        }
    }

    @Test
    void ipv6FlowsBesideIpv4() throws Exception {
        try (SstpSite site = new SstpSite();
                Visitor alice = site.connect("right")) {
            Session session = session(site, alice);
            InetAddress address = Objects.requireNonNull(session.lease().ipv6());
            long low = java.nio.ByteBuffer.wrap(address.getAddress()).getLong(8);
            assertThat(alice.interfaceId()).isEqualTo(low);
            await().atMost(SOON).pollInterval(Duration.ofMillis(200)).until(() -> {
                alice.ping(address, "2001:db8::7", 6, 100);
                return alice.received.contains("129 6 148");
            });
            echoes(alice, alice.ipv4(), HOST, 4, 100);
        }
    }

    @Test
    void aWrongPasswordIsError691() throws Exception {
        try (SstpSite site = new SstpSite();
                Visitor mallory = site.connect("wrong")) {
            assertThat(mallory.closed()).startsWith("691 ");
            assertThat(site.refusals).isNotEmpty().allMatch(each -> each.startsWith("alice: wrong password"));
            assertThat(site.events).isEmpty();
            await().atMost(SOON).until(() -> site.server.connections() == 0 && site.server.halfOpen() == 0);
        }
    }

    @Test
    void theGatewayDisconnects() throws Exception {
        try (SstpSite site = new SstpSite();
                Visitor alice = site.connect("right")) {
            session(site, alice).close(CloseReason.IDLE_TIMEOUT);
            assertThat(alice.closed()).startsWith("0 PEER_DISCONNECT");
            await().atMost(SOON).until(() -> site.server.connections() == 0);
            assertThat(site.events.getLast()).isEqualTo("alice closed IDLE_TIMEOUT");
        }
    }

    @Test
    void aClientThatIsGoneLeavesNothing() throws Exception {
        try (SstpSite site = new SstpSite()) {
            try (RawClient client = new RawClient(site)) {
                client.text(RawClient.HEAD).readHead();
                client.octets(RawClient.REQUEST).read(48);
            }
            await().atMost(SOON).until(() -> site.server.connections() == 0 && site.server.halfOpen() == 0);
            assertThat(site.refusals).containsExactly(": the connection was lost");
        }
    }

    @Test
    void whoComesDuringADrainIsCountedAsThat() throws Exception {
        try (SstpSite site = new SstpSite()) {
            site.server.close();
            try (RawClient late = RawClient.withoutTls(site)) {
                assertThat(late.text(RawClient.HEAD).readToEnd()).isEmpty();
            }
            assertThat(site.drops(Verdict.DRAINING)).isEqualTo(1);
            assertThat(site.drops(Verdict.HANDSHAKE_LIMIT)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(HashProtocol.class)
    void theBindingRestsOnEitherHash(HashProtocol only) throws Exception {
        try (SstpSite site = new SstpSite();
                Visitor alice = site.connect("right", config -> config.with(Set.of(only)))) {
            echoes(alice, alice.ipv4(), HOST, 1, 56);
        }
    }

    @Test
    void sha1CanBeForbidden() throws Exception {
        try (SstpSite site = new SstpSite(settings -> settings.withSha1(false));
                Visitor alice = site.connect("right", config -> config.with(Set.of(HashProtocol.SHA1)))) {
            assertThat(alice.closed()).contains("offers no hash protocol");
            assertThat(site.events).isEmpty();
        }
    }

    @Test
    void bindingTwiceCostsTheSession() throws Exception {
        try (SstpSite site = new SstpSite();
                Visitor mallory = site.connect("right", config -> config.with(BindingHabit.at(When.TWICE)))) {
            assertThat(mallory.closed()).contains("PEER_ABORT");
            await().atMost(SOON).until(() -> site.sessions() == 0 && site.server.connections() == 0);
            assertThat(site.drops(Verdict.BINDING_MISMATCH)).isEqualTo(1);
        }
    }

    /** It authenticates, gets its address by IPCP, and its packets go nowhere until it is aborted. */
    @Test
    void whoNeverBindsIsAbortedByTheNegotiationTimer() throws Exception {
        try (SstpSite site = new SstpSite(settings ->
                        settings.withTimers(Duration.ofSeconds(10), Duration.ofSeconds(8), Duration.ofSeconds(60)));
                Visitor mallory = site.connect("right", config -> config.with(BindingHabit.at(When.NEVER)))) {
            mallory.ping(mallory.ipv4(), HOST, 1, 56);
            await().atMost(SOON).until(() -> site.drops(Verdict.SESSION_NOT_UP) == 1);
            assertThat(mallory.closed()).contains("PEER_ABORT");
            await().atMost(SOON).until(() -> site.sessions() == 0 && site.server.connections() == 0);
            assertThat(site.drops(Verdict.BINDING_MISMATCH)).isEqualTo(1);
            assertThat(site.events).containsExactly("alice closed BINDING_FAILED");
            assertThat(mallory.received).isEmpty();
        }
    }

    /** With PAP the key is zeros, so a client may bind before it has even sent its password. */
    @Test
    void aBindingBeforeTheDecisionWaitsForIt() throws Exception {
        try (SstpSite site = new SstpSite();
                Secret password = SstpSite.password("right")) {
            site.decided = new CompletableFuture<>();
            var config = site.config(new PppLogin.Pap("alice", password)).with(BindingHabit.at(When.ACKNOWLEDGED));
            try (Visitor alice = new Visitor(config, site.loops.next(), SstpSite.password(""))) {
                // The password goes after the binding, on the same stream.
                await().atMost(SOON).until(() -> site.asked.get() == 1);
                assertThat(site.sessions()).isZero();
                assertThat(alice.isConnected()).isFalse();
                site.decided.complete(null);
                echoes(alice, alice.ipv4(), HOST, 1, 56);
                assertThat(site.events).hasSize(1);
            }
        }
    }

    /** A client that reads nothing costs a bounded queue, and everything beyond it is dropped and counted. */
    @Test
    void aSlowReaderIsBounded() throws Exception {
        try (SstpSite site = new SstpSite();
                Visitor alice = site.connect("right")) {
            InetAddress address = alice.ipv4();
            CountDownLatch reads = new CountDownLatch(1);
            site.loops.next().execute(() -> {
                try {
                    reads.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            // About sixty megabytes; the kernel takes some of them on both sides.
            var source = site.network.send(
                    site.workers.get(0), InetAddress.ofLiteral(HOST), address, 4000, 1300, 20_000, 50_000);
            await().atMost(Duration.ofSeconds(60)).until(() -> site.drops(Verdict.LINK_FULL) > 10_000);
            assertThat(site.sessions()).isEqualTo(1);
            source.stop();
            reads.countDown();
            echoes(alice, address, HOST, 77, 56);
        }
    }

    /** The farewell waits for its answer behind a full socket, and only so long. */
    @Test
    void whoDoesNotReadKeepsItsConnectionOnlyForSeconds() throws Exception {
        try (SstpSite site = new SstpSite();
                Visitor alice = site.connect("right")) {
            Session session = session(site, alice);
            CountDownLatch reads = new CountDownLatch(1);
            site.loops.next().execute(() -> {
                try {
                    reads.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            var source = site.network.send(
                    site.workers.get(0), InetAddress.ofLiteral(HOST), alice.ipv4(), 4000, 1300, 20_000, 50_000);
            await().atMost(Duration.ofSeconds(60)).until(() -> site.drops(Verdict.LINK_FULL) > 100);
            session.close(CloseReason.ADMINISTRATOR);
            await().atMost(SOON).until(() -> site.sessions() == 0 && site.server.connections() == 0);
            source.stop();
            reads.countDown();
            assertThat(alice.closed()).isNotEmpty();
        }
    }

    @Test
    void whatIsLargerThanTheClientTakesIsDropped() throws Exception {
        try (SstpSite site = new SstpSite();
                Visitor alice = site.connect("right", config -> config.withMru(1280))) {
            Session session = session(site, alice);
            assertThat(session.tcpMtu()).isEqualTo(1280);
            echoes(alice, alice.ipv4(), HOST, 1, 1280 - 28);
            // The client may send as much as the gateway takes; the answer is too large for it.
            var source = site.network.send(
                    site.workers.get(0), InetAddress.ofLiteral(HOST), alice.ipv4(), 4000, 1280 - 28 + 1, 1000, 5);
            await().atMost(SOON).until(() -> source.isDone() && site.drops(Verdict.TOO_BIG) == 5);
        }
    }

    @Test
    void aSessionThatIsTurnedAwayIsToldSoAndLogged() throws Exception {
        try (SstpSite site = new SstpSite()) {
            site.gateway.replaceSettings(new io.sallyport.core.GatewaySettings(
                    site.gateway.clientSettings(),
                    site.gateway.settings().forwarding(),
                    new io.sallyport.core.session.SessionLimits(1, Map.of(), 1, false, null, null)));
            try (Visitor alice = site.connect("right")) {
                echoes(alice, alice.ipv4(), HOST, 1, 56);
                try (Visitor again = site.connect("right")) {
                    assertThat(again.closed()).startsWith("649 ");
                }
                assertThat(site.refusals).hasSize(1).first().asString().startsWith("alice: ");
                echoes(alice, alice.ipv4(), HOST, 2, 56);
            }
        }
    }

    @Test
    void lcpNegotiatedAnewKeepsTheSession() throws Exception {
        try (SstpSite site = new SstpSite();
                Visitor alice = site.connect("right")) {
            echoes(alice, alice.ipv4(), HOST, 1, 56);
            assertThat(alice.interfaceId()).isNotZero();
            assertThat(alice.opened).hasValue(1);
            alice.vpn.renegotiate();
            await().atMost(SOON).until(() -> alice.opened.get() == 2);
            echoes(alice, alice.ipv4(), HOST, 2, 56);
            assertThat(site.events).hasSize(1);
            assertThat(site.sessions()).isEqualTo(1);
            assertThat(site.drops(Verdict.INTERNAL_ERROR)).isZero();
        }
    }

    @Test
    void aSmallerMruOfLcpNegotiatedAnewIsTheSessionsFromThenOn() throws Exception {
        try (SstpSite site = new SstpSite();
                RawPpp alice = new RawPpp(site)) {
            alice.up();
            await().atMost(SOON).until(() -> site.events.size() == 1);
            Session session = site.gateway.sessions().all().getFirst();
            assertThat(List.of(session.mtu(), session.tcpMtu())).containsExactly(1400, 1400);
            // LCP Configure-Request with an MRU of 1300
            alice.send("c021", "0142000801040514");
            alice.send("c021", "02" + alice.await("c021", "01").substring(2));
            alice.networkAgreed();
            await().atMost(SOON).until(() -> session.mtu() == 1300 && session.tcpMtu() == 1300);
            assertThat(site.sessions()).isEqualTo(1);
        }
    }

    private static Session session(SstpSite site, Visitor visitor) {
        InetAddress address = visitor.ipv4();
        await().atMost(SOON).until(() -> site.events.size() == 1);
        List<Session> sessions = site.gateway.sessions().all();
        assertThat(sessions).hasSize(1);
        assertThat(sessions.getFirst().lease().ipv4()).isEqualTo(address);
        return sessions.getFirst();
    }

    /** A reply has the request's sequence number and length. */
    private static void echoes(Visitor visitor, InetAddress from, String host, int sequence, int payload) {
        String reply = "0 " + sequence + " " + (20 + 8 + payload);
        await().atMost(SOON).pollInterval(Duration.ofMillis(200)).until(() -> {
            visitor.ping(from, host, sequence, payload);
            return visitor.received.contains(reply);
        });
    }
}
