package io.sallyport.openvpn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.AuthTokens;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.session.CloseReason;
import io.sallyport.openvpn.control.ClientTerms;
import io.sallyport.openvpn.wire.DataCipher;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients of earlier versions over sockets, DATA_V1 among them; and what stands for a password. */
class OldClientOverSocketsTest {
    @ParameterizedTest
    @CsvSource({"true, 6", "true, 2", "true, 0", "false, 2", "false, 0"})
    void packetsGoBothWaysAndOnWithTheNextKey(boolean overUdp, int protocols) throws Exception {
        try (Site site = new Site(null)) {
            Site.Client client = connect(site, overUdp, protocols, "right");
            OpenVpnServerTest.bothWays(site, client);
            KeyLimitsTest.clientRenewsItsKey(site, client);
            OpenVpnServerTest.bothWays(site, client);
            assertThat(site.gateway.core.sessions().count()).isEqualTo(1);
        }
    }

    @Test
    void aTokenIsGivenForAPasswordAndEndsWithASessionThatTheOperatorEnds() throws Exception {
        AuthTokens tokens = new AuthTokens(
                Duration.ofHours(1), Duration.ofHours(1), grant -> true, new SecureRandom(), System::nanoTime);
        try (Site site = new Site(null, settings -> settings.withTokens(tokens))) {
            Site.Client client = connect(site, true, ClientTerms.USUAL_PROTOCOLS, "right");
            String token = client.connected().reply().value("auth-token");
            assertThat(token).startsWith("SPT1-");
            assertThat(tokens.authenticate(password(token))).isInstanceOf(AuthDecision.Accept.class);
            site.gateway.core.sessions().closeAll(CloseReason.ADMINISTRATOR);
            assertThat(client.closed()).startsWith("HALT");
            await().atMost(Duration.ofSeconds(20)).until(() -> tokens.count() == 0);
        }
    }

    private static AuthRequest.Password password(String text) {
        return new AuthRequest.Password(
                new ClientContext(
                        "test", "0", new InetSocketAddress("192.0.2.1", 1), new InetSocketAddress("192.0.2.2", 2)),
                "alice",
                Secret.taking(text.getBytes(StandardCharsets.UTF_8)),
                null);
    }

    private static Site.Client connect(Site site, boolean overUdp, int protocols, String password) throws Exception {
        ClientTerms terms = new ClientTerms(
                List.of(DataCipher.AES_256_GCM),
                "alice",
                Secret.taking(password.getBytes(StandardCharsets.UTF_8)),
                protocols,
                null,
                Duration.ZERO,
                Duration.ofSeconds(60),
                overUdp);
        return site.connect(overUdp ? site.udp : site.tcp, null, terms);
    }
}
