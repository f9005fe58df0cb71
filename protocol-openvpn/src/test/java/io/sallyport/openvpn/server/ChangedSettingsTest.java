package io.sallyport.openvpn.server;

import static io.sallyport.openvpn.server.OpenVpnServerTest.bothWays;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.tls.JsseTls;
import io.sallyport.core.tls.TestPki;
import io.sallyport.core.tls.TlsContext;
import io.sallyport.core.tls.TlsSettings;
import io.sallyport.core.tls.TlsSettings.Versions;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.control.ServerTerms.Require;
import io.sallyport.openvpn.wire.DataCipher;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A reload beside clients: they keep the terms that they began with; a renegotiation is by the TLS of the day. */
@Timeout(120)
class ChangedSettingsTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void whatClientsMustBringAndCiphersAreThoseOfTheirBeginning() throws Exception {
        try (Site site = new Site(OpenVpnServerTest.key())) {
            Site.Client alice = site.connect(site.udp, "alice", "right");
            bothWays(site, alice);
            replace(site, site.server.settings().tls(), List.of(DataCipher.CHACHA20_POLY1305), Require.CERTIFICATE);
            await().atMost(SOON).pollInterval(Duration.ofMillis(500)).until(() -> {
                alice.vpn().renegotiate();
                return KeyLimitsTest.sendingKeyId(site) == 1;
            });
            bothWays(site, alice);
            assertThat(site.connect(site.udp, "bob", "right").closed()).contains("AUTH_FAILED");
            assertThat(site.gateway.events).contains("alice up").doesNotContain("alice closed KEYS_EXPIRED", "bob up");
        }
    }

    /** Nobody who shows another certificate is taken for this gateway: the renegotiation fails at the client, and the key in use stays. */
    @Test
    void aCertificateThatAClientDoesNotTrustFailsTheRenegotiationAndNothingElse() throws Exception {
        TestPki other = new TestPki(TestPki.Keys.ECDSA);
        TlsContext tls = JsseTls.server(new TlsSettings(
                Versions.TLS_1_2_OR_1_3, other.server("vpn.example.test"), List.of(other.root()), true, null));
        try (Site site = new Site(OpenVpnServerTest.key())) {
            Site.Client alice = site.connect(site.udp, "alice", "right");
            bothWays(site, alice);
            replace(site, tls, site.server.settings().ciphers(), Require.ANY);
            assertThat(site.server.peers()).hasSize(1);
            site.gateway
                    .core
                    .workers()
                    .all()
                    .forEach(worker -> worker.execute(() -> site.server.peers().stream()
                            .filter(peer -> peer.home().worker().number() == worker.number())
                            .forEach(Peer::renegotiate)));
            assertThat(alice.closed()).contains("HANDSHAKE_FAILED");
            assertThat(KeyLimitsTest.sendingKeyId(site)).isZero();
            assertThat(site.gateway.drops(Verdict.INTERNAL_ERROR)).isZero();
            assertThat(site.gateway.events).containsExactly("alice opened", "alice up");
        }
    }

    private static void replace(Site site, TlsContext tls, List<DataCipher> ciphers, Require require) {
        site.server.replaceSettings(Settings.like(site.server.settings())
                .tls(tls)
                .ciphers(ciphers)
                .require(require)
                .done());
    }
}
