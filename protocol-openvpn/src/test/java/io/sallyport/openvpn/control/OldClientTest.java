package io.sallyport.openvpn.control;

import static io.sallyport.openvpn.control.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.tls.TestPki.Keys;
import io.sallyport.core.tls.TlsSettings.Versions;
import io.sallyport.openvpn.wire.DataCipher;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of eight years ago. */
class OldClientTest {
    private static final Ends ENDS = new Ends(Keys.ECDSA);

    private final Wire wire = new Wire(1, 0);
    private final ServerEnd server = ENDS.server(wire, ServerTerms.standard(true), Versions.TLS_1_2_OR_1_3);

    @ParameterizedTest
    @ValueSource(ints = {ClientTerms.LIKE_2_5, ClientTerms.LIKE_2_4, ClientTerms.LIKE_2_3})
    void derivesTheSameKeysOfTheKeyMethodMessagesAndOfEachRenegotiation(int protocols) {
        ClientEnd client = connect(protocols, null);
        assertThat(client.keys).isEqualTo(server.keys).hasSize(1);
        String first = server.keys.get(0);

        wire.run(10 * SECOND);
        client.connection().renegotiate(wire.now());
        wire.run(10 * SECOND);
        assertThat(server.active).isEqualTo(1);
        assertThat(client.active).isEqualTo(1);
        assertThat(client.keys).isEqualTo(server.keys).hasSize(2);
        assertThat(server.keys.get(1)).isNotEqualTo(first);
    }

    @Test
    void isToldNothingThatItDoesNotKnow() {
        assertThat(connect(ClientTerms.LIKE_2_5, null).up().reply().options())
                .contains("cipher AES-256-GCM", "peer-id 5")
                .noneMatch(each -> each.startsWith("tun-mtu") || each.contains("tls-ekm"));
        assertThat(server.withoutPeerId).isFalse();
    }

    @Test
    void packetsOfTheOldestNameNoPeerAndTheirCipherIsTheirOwn() {
        ClientEnd client = connect(ClientTerms.LIKE_2_3, null);
        assertThat(server.withoutPeerId).isTrue();
        assertThat(server.established().cipher()).isEqualTo(DataCipher.AES_256_GCM);
        assertThat(client.up().reply().options())
                .noneMatch(each -> each.startsWith("cipher") || each.startsWith("peer-id"));
    }

    @Test
    void oneWithoutAnAeadIsToldWhatThereIs() {
        String bf =
                "V4,dev-type tun,link-mtu 1541,tun-mtu 1500,proto UDPv4,cipher BF-CBC,auth SHA1,key-method 2,tls-client";
        ClientEnd client = start(ClientTerms.LIKE_2_3, bf);
        assertThat(client.closed).isEqualTo(ClientOut.End.AUTH_FAILED);
        assertThat(client.detail)
                .isEqualTo("no common data cipher, this gateway offers AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305");
        assertThat(server.requests).isEmpty();
    }

    private ClientEnd connect(int protocols, @Nullable String options) {
        ClientEnd client = start(protocols, options);
        assertThat(client.events).contains("up");
        return client;
    }

    private ClientEnd start(int protocols, @Nullable String options) {
        ClientTerms terms = new ClientTerms(
                List.of(DataCipher.AES_256_GCM),
                "",
                null,
                protocols,
                options,
                Duration.ZERO,
                Duration.ofSeconds(60),
                true);
        ClientEnd client = ENDS.client(wire, terms, Versions.TLS_1_2_OR_1_3, "alice", server);
        wire.run(2 * SECOND);
        return client;
    }
}
