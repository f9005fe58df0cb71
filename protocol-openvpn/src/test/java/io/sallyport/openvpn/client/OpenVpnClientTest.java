package io.sallyport.openvpn.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against a whole gateway on loopback. */
@Timeout(60)
class OpenVpnClientTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void connectsEchoesRenegotiatesAndLeaves(boolean overUdp) throws Exception {
        try (EchoSite site = new EchoSite();
                Visitor alice = site.connect(overUdp, "right")) {
            assertThat(alice.connected().ipv4()).isNotNull();
            assertThat(alice.connected().tlsVersion()).isEqualTo("TLSv1.3");
            alice.echoes("one");
            // The gateway lets a client begin after five seconds of the first key.
            await().pollInterval(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> {
                        alice.vpn().renegotiate();
                        return site.authentications() >= 2;
                    });
            alice.echoes("two");
            assertThat(site.sessions()).isEqualTo(1);
            alice.vpn().close();
            assertThat(alice.closed()).startsWith("CLOSED");
            await().atMost(SOON).until(() -> site.sessions() == 0);
        }
    }

    /** CVE-2017-7479: packet ids never come round again, whichever end they are of. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatIsNearItsLastPacketIdGetsANewKey(boolean overUdp) throws Exception {
        try (EchoSite site = new EchoSite();
                Visitor alice = site.connect(overUdp, "right")) {
            alice.echoes("one");
            alice.spend();
            alice.echoes("two");
            await().atMost(SOON).until(() -> site.authentications() >= 2);
            await().pollInterval(Duration.ofMillis(200)).atMost(SOON).until(() -> alice.sendingKeyId() == 1);
            alice.echoes("three");
            assertThat(site.sessions()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWrongPasswordIsTold(boolean overUdp) throws Exception {
        try (EchoSite site = new EchoSite();
                Visitor mallory = site.connect(overUdp, "wrong")) {
            assertThat(mallory.closed()).isEqualTo("AUTH_FAILED user name or password is wrong");
            assertThat(site.sessions()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closingTwiceAndBeforeItIsConnectedIsHarmless(boolean overUdp) throws Exception {
        try (EchoSite site = new EchoSite();
                Visitor alice = site.connect(overUdp, "right")) {
            alice.vpn().close();
            alice.vpn().close();
            assertThat(alice.closed()).startsWith("CLOSED");
            await().atMost(SOON).until(() -> site.sessions() == 0);
        }
    }
}
