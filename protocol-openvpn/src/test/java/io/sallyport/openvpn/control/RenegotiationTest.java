package io.sallyport.openvpn.control;

import static io.sallyport.openvpn.control.Wire.MILLI;
import static io.sallyport.openvpn.control.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.tls.TestPki.Keys;
import io.sallyport.core.tls.TlsSettings.Versions;
import io.sallyport.openvpn.control.ServerTerms.Require;
import io.sallyport.openvpn.wire.Acks;
import io.sallyport.openvpn.wire.ControlPacket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RenegotiationTest {
    private static final Ends ENDS = new Ends(Keys.ECDSA);
    private static final Versions VERSIONS = Versions.TLS_1_3_ONLY;

    private final Wire wire = new Wire(1, 0);
    private final ServerEnd server = ENDS.server(wire, ServerTerms.standard(true), VERSIONS);

    @Test
    void theClientBeginsAndTheOldKeyStaysAMinute() {
        ClientEnd client = established();
        String oldKey = server.keys.get(0);
        wire.run(10 * SECOND);

        // SOFT_RESET_V1 key 1 -->
        //                     <-- SOFT_RESET_V1 key 1
        // TLS, key method 2 both ways; then the server seals with key 1 and still opens key 0
        client.connection().renegotiate(wire.now());
        wire.run(SECOND);
        assertThat(server.active).isEqualTo(1);
        assertThat(client.active).as("not before the server surely decided").isZero();
        assertThat(server.keys).containsOnlyKeys(0, 1).isEqualTo(client.keys);
        assertThat(server.keys.get(1)).isNotEqualTo(oldKey);
        assertThat(server.events).endsWith("authenticate", "install 1", "activate 1");
        wire.run(5 * SECOND);
        assertThat(client.active).isEqualTo(1);

        wire.run(60 * SECOND);
        assertThat(server.keys).containsOnlyKeys(1);
        assertThat(client.keys).containsOnlyKeys(1);
    }

    @Test
    void theServerBeginsEachHour() {
        ClientEnd client = established();
        wire.run(3600 * SECOND);
        wire.run(10 * SECOND);
        assertThat(server.active).isEqualTo(1);
        assertThat(client.active).isEqualTo(1);
        wire.run(3700 * SECOND);
        assertThat(server.active).isEqualTo(2);
        assertThat(client.keys).containsOnlyKeys(2).isEqualTo(server.keys);
    }

    @Test
    void softResetsThatCollideMakeOneKey() {
        ClientEnd client = established();
        wire.run(10 * SECOND);
        // SOFT_RESET_V1 key 1 -->
        // <-- SOFT_RESET_V1 key 1, in the same moment
        client.connection().renegotiate(wire.now());
        server.connection().renegotiate(wire.now());
        wire.run(10 * SECOND);
        assertThat(server.keys).containsOnlyKeys(0, 1).isEqualTo(client.keys);
        assertThat(server.active).isEqualTo(1);
        assertThat(client.active).isEqualTo(1);
    }

    @Test
    void keyIdsGoFromSevenToOne() {
        ClientEnd client = established();
        for (int round = 1; round <= 9; round++) {
            wire.run(70 * SECOND);
            if (round % 2 == 0) {
                client.connection().renegotiate(wire.now());
            } else {
                server.connection().renegotiate(wire.now());
            }
            wire.run(10 * SECOND);
            assertThat(server.active).isEqualTo(round <= 7 ? round : round - 7);
            assertThat(client.active).isEqualTo(server.active);
        }
    }

    @Test
    void aClientThatWantsNewKeysAllTheTimeWaits() {
        established();
        ControlPacket.SoftReset reset = new ControlPacket.SoftReset(1, ClientEnd.ID, Acks.NONE, 0, Octets.EMPTY);
        int sent = server.sent;
        wire.run(SECOND);
        server.connection().receive(reset, wire.now());
        wire.run(SECOND);
        assertThat(server.sent).isEqualTo(sent);
        wire.run(5 * SECOND);
        server.connection().receive(reset, wire.now());
        wire.run(100 * MILLI);
        assertThat(server.sent).isGreaterThan(sent);
    }

    @Test
    void theSameUserMustReauthenticate() {
        ClientEnd client = established();
        server.authenticator = request -> new AuthDecision.Accept(Grant.of("bob"));
        wire.run(10 * SECOND);
        client.connection().renegotiate(wire.now());
        wire.run(10 * SECOND);
        assertThat(server.closed).isEqualTo(CloseReason.REAUTHENTICATION_FAILED);
        assertThat(server.keys).containsOnlyKeys(0);
        assertThat(client.closed).isEqualTo(ClientOut.End.AUTH_FAILED);
    }

    @Test
    void aUserWhoWasDisabledIsOutAtTheNextRenegotiation() {
        ClientEnd client = established();
        server.authenticator = request -> new AuthDecision.Reject(RejectReason.ACCOUNT_DISABLED, "alice is disabled");
        wire.run(10 * SECOND);
        server.connection().renegotiate(wire.now());
        wire.run(10 * SECOND);
        assertThat(server.closed).isEqualTo(CloseReason.REAUTHENTICATION_FAILED);
        assertThat(client.detail).isEqualTo("the account is disabled");
    }

    @Test
    void aClientThatDoesNotAnswerARenegotiationLosesItsSession() {
        ServerTerms hasty = new ServerTerms(
                ServerTerms.ALL_CIPHERS,
                Require.ANY,
                10,
                60,
                1400,
                Duration.ofSeconds(20),
                Duration.ofSeconds(30),
                true);
        Wire own = new Wire(4, 0);
        ServerEnd end = ENDS.server(own, hasty, VERSIONS);
        ENDS.client(own, Ends.terms(), VERSIONS, "alice", end);
        own.run(2 * SECOND);
        assertThat(end.events).contains("up");
        end.client = null;
        own.run(60 * SECOND);
        assertThat(end.closed).isEqualTo(CloseReason.KEYS_EXPIRED);
    }

    private ClientEnd established() {
        ClientEnd client = ENDS.client(wire, Ends.terms(), VERSIONS, "alice", server);
        wire.run(SECOND);
        assertThat(client.events).contains("up");
        return client;
    }
}
