package io.sallyport.openvpn.server;

import static io.sallyport.core.support.TestPackets.frame;
import static io.sallyport.core.support.TestPackets.packet;
import static io.sallyport.openvpn.server.OpenVpnServerTest.bothWays;
import static io.sallyport.openvpn.server.OpenVpnServerTest.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.tls.TlsContext;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.wire.Acks;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.OvpnSessionId;
import java.io.EOFException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bug that one client's packets meet costs that client its session, and nobody else anything. */
@Timeout(90)
class OpenVpnBugTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final BrokenCiphers ciphers = new BrokenCiphers();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void inOpening(boolean overUdp) throws Exception {
        try (Site site = new Site(key(), UnaryOperator.identity(), ciphers)) {
            Site.Client alice = site.connect(overUdp ? site.udp : site.tcp, "alice", "right");
            bothWays(site, alice);
            ciphers.openingThrows = true;
            alice.send(packet(alice.address(), "203.0.113.9", 500));
            endsAndOthersLive(site);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void inSealing(boolean overUdp) throws Exception {
        try (Site site = new Site(key(), UnaryOperator.identity(), ciphers)) {
            Site.Client alice = site.connect(overUdp ? site.udp : site.tcp, "alice", "right");
            bothWays(site, alice);
            ciphers.sealingThrows = true;
            site.gateway.network.send(site.gateway.workers.get(0), frame("203.0.113.9", alice.address(), 500));
            endsAndOthersLive(site);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void inTheControlChannel(boolean overUdp) throws Exception {
        try (Site site = new Site(key(), UnaryOperator.identity(), ciphers)) {
            ciphers.makingThrows = true;
            site.connect(overUdp ? site.udp : site.tcp, "alice", "right");
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(site.gateway.events).contains("alice closed INTERNAL_ERROR"));
            ciphers.makingThrows = false;
            assertThat(site.server.halfOpen()).isZero();
            endsAndOthersLive(site);
        }
    }

    /** Whatever the handler of a TCP connection throws, Netty hands back to it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whenAReadIsComplete(boolean asAnError) throws Exception {
        try (Site site = new Site(key(), UnaryOperator.identity(), ciphers)) {
            Site.Client alice = site.connect(site.tcp, "alice", "right");
            bothWays(site, alice);
            site.gateway.network.nextFlush = () -> {
                if (asAnError) {
                    throw new LinkageError("a test's bug in the network");
                }
                throw new IllegalStateException("a test's bug in the network");
            };
            alice.send(packet(alice.address(), "203.0.113.9", 500));
            endsAndOthersLive(site);
            assertThat(site.gateway.drops(Verdict.INTERNAL_ERROR)).isEqualTo(1);
        }
    }

    @Test
    void beforeAClientHasBegun() throws Exception {
        try (Site site = new Site(null, OpenVpnBugTest::withoutTls, ciphers);
                BareClient tcp = BareClient.tcp(site.tcp);
                BareClient udp = BareClient.udp(site.udp)) {
            OvpnSessionId id = new OvpnSessionId(5);
            tcp.send(new ControlPacket.HardResetClientV2(id, Acks.NONE, 0, Octets.EMPTY));
            assertThatThrownBy(tcp::receive).isInstanceOf(EOFException.class);
            OvpnSessionId ours = udp.reset(id.value(), 0);
            udp.send(new ControlPacket.Control(0, id, Acks.of(ours, List.of(0L)), 1, Octets.fromHex("16")));
            await().atMost(SOON).until(() -> site.gateway.drops(Verdict.INTERNAL_ERROR) == 2);
            assertThat(site.server.halfOpen()).isZero();
        }
    }

    private static OpenVpnSettings withoutTls(OpenVpnSettings s) {
        TlsContext broken = () -> {
            throw new IllegalStateException("a test's bug in TLS");
        };
        return Settings.like(s).tls(broken).done();
    }

    @Test
    void inTheTick() throws Exception {
        try (Site site = new Site(key(), OpenVpnBugTest::pingOften, ciphers)) {
            Site.Client alice = site.connect(site.tcp, "alice", "right");
            alice.connected();
            ciphers.sealingThrows = true;
            endsAndOthersLive(site);
            // Both workers tick on: these hear pings, or they would leave after ten seconds.
            Site.Client[] others = new Site.Client[4];
            for (int i = 0; i < others.length; i++) {
                others[i] = site.connect(site.tcp, "user" + i, "right");
                others[i].connected();
            }
            await().during(Duration.ofSeconds(13))
                    .atMost(Duration.ofSeconds(40))
                    .until(() -> {
                        for (Site.Client other : others) {
                            if (other.closed.isDone()) {
                                return false;
                            }
                        }
                        return true;
                    });
        }
    }

    private void endsAndOthersLive(Site site) throws Exception {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(site.gateway.events).contains("alice closed INTERNAL_ERROR"));
        ciphers.openingThrows = false;
        ciphers.sealingThrows = false;
        assertThat(site.gateway.drops(Verdict.INTERNAL_ERROR)).isPositive();
        bothWays(site, site.connect(site.udp, "bob", "right"));
        bothWays(site, site.connect(site.tcp, "carol", "right"));
    }

    private static OpenVpnSettings pingOften(OpenVpnSettings s) {
        return Settings.like(s).ping(1, 10).renegotiateAfter(Duration.ZERO).done();
    }
}
