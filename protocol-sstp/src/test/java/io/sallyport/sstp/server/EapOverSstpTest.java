package io.sallyport.sstp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.GatewaySettings;
import io.sallyport.core.auth.Authenticator;
import io.sallyport.core.auth.Authenticators;
import io.sallyport.core.auth.CertificateAuthenticator;
import io.sallyport.core.auth.CertificateTrust;
import io.sallyport.core.auth.FailureDamping;
import io.sallyport.core.eap.CertificateEap;
import io.sallyport.core.eap.EapClient;
import io.sallyport.core.eap.EapMsChapV2Peer;
import io.sallyport.core.eap.EapPeerMethod;
import io.sallyport.core.eap.EapTlsPeer;
import io.sallyport.core.eap.TlsTasks;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.SessionLimits;
import io.sallyport.core.tls.JsseTls;
import io.sallyport.core.tls.TestPki;
import io.sallyport.core.tls.TlsSettings;
import io.sallyport.core.tls.TlsSettings.Versions;
import io.sallyport.sstp.ppp.PppLogin;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** EAP through PPP, SSTP and TLS: each method's keys are what the client binds with. */
@Timeout(120)
class EapOverSstpTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void aPasswordByEapMsChapV2() throws Exception {
        try (SstpSite site = site();
                Visitor alice = connect(site, password("right"))) {
            isIn(site, alice);
        }
    }

    @Test
    void aCertificateByEapTls() throws Exception {
        try (SstpSite site = site();
                Visitor alice = connect(site, certificate(SstpSite.PKI))) {
            isIn(site, alice);
        }
    }

    @Test
    void aWrongPasswordIsAFailure() throws Exception {
        try (SstpSite site = site();
                Visitor mallory = connect(site, password("wrong"))) {
            isRefused(site, mallory);
        }
    }

    @Test
    void anotherAuthoritysCertificateIsAFailure() throws Exception {
        try (SstpSite site = site();
                Visitor mallory = connect(site, certificate(new TestPki(TestPki.Keys.ECDSA)))) {
            isRefused(site, mallory);
        }
    }

    /** The method has ended well, and there is no place all the same: the client hears Failure where Success would have been. */
    @Test
    void whoThereIsNoPlaceForIsAFailure() throws Exception {
        try (SstpSite site = site()) {
            site.gateway.replaceSettings(new GatewaySettings(
                    site.gateway.clientSettings(),
                    site.gateway.settings().forwarding(),
                    new SessionLimits(1, Map.of(), 1, false, null, null)));
            try (Visitor alice = connect(site, password("right"))) {
                assertThat(alice.ipv4()).isNotNull();
                try (Visitor again = connect(site, password("right"))) {
                    assertThat(again.closed()).contains("EAP-Failure");
                }
                assertThat(site.refusals).hasSize(1).first().asString().startsWith("alice: ");
                assertThat(site.sessions()).isEqualTo(1);
            }
        }
    }

    private static void isIn(SstpSite site, Visitor alice) {
        assertThat(alice.ipv4()).isEqualTo(InetAddress.ofLiteral("10.8.0.2"));
        await().atMost(SOON).until(() -> site.events.size() == 1);
        alice.ping(alice.ipv4(), "198.51.100.7", 1, 56);
        await().atMost(SOON).until(() -> alice.received.contains("0 1 84"));
        site.gateway.sessions().all().getFirst().close(CloseReason.ADMINISTRATOR);
        assertThat(alice.closed()).contains("PEER_DISCONNECT");
        assertThat(site.refusals).isEmpty();
    }

    private static void isRefused(SstpSite site, Visitor mallory) {
        assertThat(mallory.closed()).isNotEmpty();
        await().atMost(SOON).until(() -> site.server.connections() == 0);
        assertThat(site.refusals).hasSize(1).first().asString().startsWith("alice: ");
        assertThat(site.events).isEmpty();
    }

    private static SstpSite site() throws Exception {
        SstpSite site = new SstpSite();
        Authenticator judge = new CertificateAuthenticator(
                CertificateTrust.of(List.of(SstpSite.PKI.root()), List.of()), Instant::now);
        JsseTls tls = JsseTls.server(new TlsSettings(
                Versions.TLS_1_2_OR_1_3, SstpSite.PKI.server(SstpSite.NAME), List.of(SstpSite.PKI.root()), true, null));
        site.judge = Authenticators.of(
                List.of(new CertificateEap(judge, tls, TlsTasks.HERE), site.judge), new FailureDamping());
        return site;
    }

    private static Visitor connect(SstpSite site, EapPeerMethod method) throws Exception {
        PppLogin login = new PppLogin.Eap(new EapClient("alice", List.of(method)));
        return new Visitor(site.config(login), site.loops.next(), SstpSite.password(""));
    }

    private static EapPeerMethod password(String text) {
        try (Secret password = SstpSite.password(text)) {
            return new EapMsChapV2Peer("alice", password, new SecureRandom());
        }
    }

    private static EapPeerMethod certificate(TestPki pki) throws Exception {
        return new EapTlsPeer(JsseTls.client(new TlsSettings(
                Versions.TLS_1_2_OR_1_3, pki.client("alice"), List.of(SstpSite.PKI.root()), false, SstpSite.NAME)));
    }
}
