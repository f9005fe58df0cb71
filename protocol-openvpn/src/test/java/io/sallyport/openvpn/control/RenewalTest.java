package io.sallyport.openvpn.control;

import static io.sallyport.openvpn.control.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.tls.TestPki.Keys;
import io.sallyport.core.tls.TlsSettings.Versions;
import io.sallyport.openvpn.wire.Acks;
import io.sallyport.openvpn.wire.ControlPacket;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Renegotiations that come to nothing. */
class RenewalTest {
    private static final Ends ENDS = new Ends(Keys.ECDSA);

    private final Wire wire = new Wire(1, 0);
    private final ServerEnd server = ENDS.server(wire, ServerTerms.standard(true), Versions.TLS_1_3_ONLY);
    private final ClientEnd client = ENDS.client(wire, Ends.terms(), Versions.TLS_1_3_ONLY, "alice", server);

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "TOO_BUSY"})
    void aPassingRefusalKeepsTheKeyAndAsksAgain(RejectReason reason) {
        established();
        Function<AuthRequest, AuthDecision> accepting = server.authenticator;
        server.authenticator = request -> new AuthDecision.Reject(reason, "no answer");
        // The hour is over: SOFT_RESET key 1, TLS, the client's key method; and then nothing.
        wire.run(3600 * SECOND);
        assertThat(server.events).endsWith("authenticate", "retire 1");
        server.authenticator = accepting;
        wire.run(10 * SECOND);
        stillOnTheFirstKey();
        // SOFT_RESET key 2
        wire.run(100 * SECOND);
        assertThat(server.active).isEqualTo(2);
        assertThat(client.active).isEqualTo(2);
        assertThat(client.closed).isNull();
    }

    @Test
    void theClientMayAskAgainSooner() {
        established();
        Function<AuthRequest, AuthDecision> accepting = server.authenticator;
        server.authenticator = request -> new AuthDecision.Reject(RejectReason.UNAVAILABLE, "no answer");
        client.connection().renegotiate(wire.now());
        wire.run(62 * SECOND);
        stillOnTheFirstKey();
        server.authenticator = accepting;
        client.connection().renegotiate(wire.now());
        wire.run(10 * SECOND);
        assertThat(server.active).isEqualTo(2);
        assertThat(client.keys).isEqualTo(server.keys);
    }

    @Test
    void aKeyOfTwoIntervalsIsTooOld() {
        established();
        server.authenticator = request -> new AuthDecision.Reject(RejectReason.UNAVAILABLE, "no answer");
        wire.run(7190 * SECOND);
        stillOnTheFirstKey();
        wire.run(20 * SECOND);
        assertThat(server.closed).isEqualTo(CloseReason.KEYS_EXPIRED);
        assertThat(server.events.stream().filter("authenticate"::equals).count())
                .isBetween(10L, 60L);
        assertThat(client.closed).isEqualTo(ClientOut.End.RESTART);
    }

    /** Their ids go round, and there are only eight. */
    @Test
    void failuresThatCountOnDoNotTouchTheKeyInUse() {
        established();
        client.connection().renegotiate(wire.now());
        wire.run(70 * SECOND);
        assertThat(server.keys).containsOnlyKeys(1);
        server.authenticator = request -> new AuthDecision.Reject(RejectReason.UNAVAILABLE, "no answer");
        wire.run(7100 * SECOND);
        assertThat(server.closed).isNull();
        assertThat(server.events.stream().filter("authenticate"::equals).count())
                .isGreaterThan(10);
        assertThat(server.events).doesNotContain("retire 1");
        assertThat(server.keys).containsOnlyKeys(1);
        assertThat(server.active).isEqualTo(1);
    }

    @Test
    void anOverloadedGatewayKeepsTheKey() {
        established();
        server.overloaded = true;
        client.connection().renegotiate(wire.now());
        wire.run(5 * SECOND);
        stillOnTheFirstKey();
        assertThat(server.events).endsWith("retire 1");
        server.overloaded = false;
        wire.run(60 * SECOND);
        client.connection().renegotiate(wire.now());
        wire.run(10 * SECOND);
        assertThat(server.active).isPositive().isEqualTo(client.active);
    }

    @Test
    void aDecisionThatComesAfterItsKeyIsNotTakenForAnothers() {
        established();
        server.decisionNanos = 200 * SECOND;
        client.connection().renegotiate(wire.now());
        wire.run(62 * SECOND);
        stillOnTheFirstKey();
        server.decisionNanos = Wire.MILLI;
        client.connection().renegotiate(wire.now());
        wire.run(30 * SECOND);
        assertThat(server.events).endsWith("authenticate", "retire 1");
        wire.run(140 * SECOND);
        stillOnTheFirstKey();
        assertThat(server.events).endsWith("authenticate", "retire 1");
        client.connection().renegotiate(wire.now());
        wire.run(10 * SECOND);
        assertThat(server.active).isEqualTo(client.active).isPositive();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRenegotiationThatNobodyFinishesTouchesNothing(boolean garbage) {
        established();
        server.client = null;
        for (int attempt = 0; attempt < 4; attempt++) {
            server.arrive(new ControlPacket.SoftReset(1, ClientEnd.ID, Acks.NONE, 0, Octets.EMPTY));
            if (garbage) {
                server.arrive(new ControlPacket.Control(
                        1, ClientEnd.ID, Acks.of(ServerEnd.ID, List.of(0L)), 1, Octets.of(new byte[100])));
            }
            wire.run(70 * SECOND);
            assertThat(server.closed).isNull();
            assertThat(server.keys).containsOnlyKeys(0);
        }
        // The client itself still gets its new key.
        server.client = client;
        client.connection().renegotiate(wire.now());
        wire.run(10 * SECOND);
        assertThat(server.active).isEqualTo(1);
        assertThat(client.keys).isEqualTo(server.keys);
    }

    private void established() {
        wire.run(10 * SECOND);
        assertThat(client.events).contains("up");
    }

    private void stillOnTheFirstKey() {
        assertThat(server.closed).isNull();
        assertThat(client.closed).isNull();
        assertThat(server.active).isZero();
        assertThat(client.active).isZero();
        assertThat(server.keys).containsOnlyKeys(0);
    }
}
