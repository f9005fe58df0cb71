package io.sallyport.openvpn.control;

import static io.sallyport.openvpn.control.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.core.tls.TestPki.Keys;
import io.sallyport.core.tls.TlsSettings.Versions;
import io.sallyport.openvpn.control.ClientKey.Stage;
import io.sallyport.openvpn.wire.ControlMessage.PushReplyPart;
import io.sallyport.openvpn.wire.PeerInfo;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The epoch format needs both ends' word, a peer id, and keys exported from TLS: without one of them it is not used. */
class EpochAgreementTest {
    private static final Ends ENDS = new Ends(Keys.ECDSA);
    private static final int EPOCHS = ClientTerms.USUAL_PROTOCOLS | PeerInfo.PROTO_DATA_EPOCH;
    private static final String FLAGS = "protocol-flags cc-exit tls-ekm aead-epoch";

    private final Wire wire = new Wire(1, 0);
    private final ServerEnd server = ENDS.server(wire, ServerTerms.standard(true), Versions.TLS_1_3_ONLY);

    @Test
    void aClientThatAnnouncesItGetsIt() {
        ClientEnd client = ENDS.client(wire, terms(EPOCHS), Versions.TLS_1_3_ONLY, "alice", server);
        wire.run(2 * SECOND);
        assertThat(client.up().reply().value("protocol-flags")).contains("aead-epoch");
        assertThat(server.keys.get(0)).startsWith("EPOCH ").isEqualTo(client.keys.get(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {PeerInfo.PROTO_TLS_KEY_EXPORT, PeerInfo.PROTO_CC_EXIT_NOTIFY, PeerInfo.PROTO_DATA_EPOCH})
    void aClientThatCannotDoWhatItNeedsDoesNot(int missing) {
        ClientEnd client = ENDS.client(wire, terms(EPOCHS & ~missing), Versions.TLS_1_3_ONLY, "alice", server);
        wire.run(2 * SECOND);
        assertThat(client.up().reply().value("protocol-flags")).doesNotContain("aead-epoch");
        assertThat(server.keys.get(0)).startsWith("PACKET_ID ").isEqualTo(client.keys.get(0));
    }

    @Test
    void aClientThatDidNotAnnounceItRefusesIt() {
        refuses(ClientTerms.USUAL_PROTOCOLS, "peer-id 1", FLAGS);
    }

    @Test
    void aClientRefusesItWithoutAPeerId() {
        refuses(EPOCHS, FLAGS);
    }

    @Test
    void aClientRefusesItWithKeysThatDoNotComeFromTls() {
        refuses(EPOCHS, "peer-id 1", "protocol-flags cc-exit aead-epoch");
    }

    private void refuses(int protocols, String... options) {
        ClientEnd end = ENDS.client(wire, terms(protocols), Versions.TLS_1_3_ONLY, "alice", server);
        ClientKey key = new ClientKey(
                new KeyChannel(
                        0,
                        ClientEnd.ID,
                        ServerEnd.ID,
                        ENDS.clientTls(Versions.TLS_1_3_ONLY, "alice").newEndpoint(),
                        0,
                        new HandshakeBudget(Long.MAX_VALUE)),
                wire.now(),
                Deadline.NEVER);
        key.enter(Stage.PUSH_REPLY, wire.now());
        try (ClientExchange exchange = new ClientExchange(terms(protocols), new Random(1)::nextBytes, end)) {
            assertThatThrownBy(() -> exchange.received(key, new PushReplyPart(List.of(options)), wire.now()))
                    .isInstanceOf(Ending.class)
                    .hasMessageContaining("aead-epoch");
        }
        assertThat(end.events).doesNotContain("install 0");
        key.close();
    }

    private static ClientTerms terms(int protocols) {
        return new ClientTerms(
                ServerTerms.ALL_CIPHERS, "", null, protocols, null, Duration.ZERO, Duration.ofSeconds(60), true);
    }
}
