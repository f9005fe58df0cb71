package io.sallyport.openvpn.control;

import static io.sallyport.openvpn.control.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.tls.TestPki.Keys;
import io.sallyport.core.tls.TlsSettings.Versions;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Decisions that take their time, or ask back. */
class DecisionTest {
    private static final Ends ENDS = new Ends(Keys.ECDSA);
    private static final Versions VERSIONS = Versions.TLS_1_3_ONLY;

    private final Challenges challenges = new Challenges(new Random(7)::nextBytes);

    @Test
    void aClientWaitsTwoMinutesForASlowAuthenticator() {
        Wire wire = new Wire(1, 0);
        ServerEnd server = server(wire);
        server.decisionNanos = 120 * SECOND;
        // <-- AUTH_PENDING,timeout 169 after ten seconds
        ClientEnd client = ENDS.client(wire, Ends.terms(), VERSIONS, "alice", server);
        wire.run(119 * SECOND);
        assertThat(client.closed).isNull();
        assertThat(server.closed).isNull();
        wire.run(5 * SECOND);
        assertThat(client.events).contains("up");
    }

    @Test
    void anAuthenticatorThatNeverAnswersIsGivenUp() {
        Wire wire = new Wire(1, 0);
        ServerEnd server = server(wire);
        server.decisionNanos = 500 * SECOND;
        ENDS.client(wire, Ends.terms(), VERSIONS, "alice", server);
        wire.run(170 * SECOND);
        assertThat(server.closed).isNull();
        wire.run(15 * SECOND);
        assertThat(server.closed).isEqualTo(CloseReason.HANDSHAKE_FAILED);
        assertThat(server.detail).contains("waiting for the authenticator");
        // The decision that comes then finds nobody.
        wire.run(400 * SECOND);
        assertThat(server.events).doesNotContain("admit alice");
    }

    @Test
    void theAnswerToAQuestionComesWithTheNextConnectionAndBringsTheStateBack() {
        Octets state = Octets.fromHex("a1b2");
        Wire wire = new Wire(1, 0);
        ServerEnd server = server(wire);
        server.authenticator = request -> new AuthDecision.Challenge("Code, please", true, state);
        ClientEnd asked = connect(wire, server, "alice", "pw");
        assertThat(asked.closed).isEqualTo(ClientOut.End.AUTH_FAILED);
        // AUTH_FAILED,CRV1:R,E:handle:base64(alice):text
        assertThat(asked.detail).matches("CRV1:R,E:[0-9a-f]{32}:YWxpY2U=:Code, please");
        String handle = asked.detail.split(":", -1)[2];

        // Somebody else's answer is not taken, and does not use the question up.
        Wire otherWire = new Wire(2, 0);
        ServerEnd other = server(otherWire);
        ClientEnd mallory = connect(otherWire, other, "mallory", "CRV1::" + handle + "::123456");
        assertThat(mallory.detail).isEqualTo("the question is no longer open, log in again");
        assertThat(other.requests).isEmpty();

        Wire nextWire = new Wire(3, 0);
        ServerEnd next = server(nextWire);
        ClientEnd answered = connect(nextWire, next, "alice", "CRV1::" + handle + "::123456");
        assertThat(answered.up).isNotNull();
        assertThat(next.requests.getFirst()).isInstanceOfSatisfying(AuthRequest.Password.class, request -> {
            assertThat(request.state()).isEqualTo(state);
            assertThat(request.password().matches("123456".getBytes(StandardCharsets.UTF_8)))
                    .isTrue();
        });

        Wire againWire = new Wire(4, 0);
        ServerEnd again = server(againWire);
        assertThat(connect(againWire, again, "alice", "CRV1::" + handle + "::123456").detail)
                .as("once")
                .isEqualTo("the question is no longer open, log in again");
    }

    @Test
    void questionsAreForgottenInTimeAndBounded() {
        String handle = challenges.ask("alice", Octets.EMPTY, 0);
        assertThat(challenges.answer("alice", handle, Challenges.TIME_NANOS)).isNull();
        for (int i = 0; i < 2 * Challenges.MOST; i++) {
            challenges.ask("alice", Octets.EMPTY, 0);
        }
        assertThat(challenges.open()).isEqualTo(Challenges.MOST);
    }

    @Test
    void aStaticChallengeBecomesThePasswordWithItsResponseBehindIt() {
        Wire wire = new Wire(1, 0);
        ServerEnd server = server(wire);
        connect(wire, server, "alice", "SCRV1:cHc=:MTIz");
        assertThat(server.requests.getFirst())
                .isInstanceOfSatisfying(
                        AuthRequest.Password.class,
                        request -> assertThat(request.password().matches("pw123".getBytes(StandardCharsets.UTF_8)))
                                .isTrue());
        Wire otherWire = new Wire(2, 0);
        ServerEnd other = server(otherWire);
        connect(otherWire, other, "alice", "SCRV1:no form");
        assertThat(other.requests.getFirst())
                .isInstanceOfSatisfying(
                        AuthRequest.Password.class,
                        request -> assertThat(
                                        request.password().matches("SCRV1:no form".getBytes(StandardCharsets.UTF_8)))
                                .isTrue());
    }

    @Test
    void aTokenIsUsedInRenegotiationsAndAnExpiredOneMakesTheClientAsk() {
        Wire wire = new Wire(1, 0);
        ServerEnd server = server(wire);
        Assignment usual = ServerEnd.assignment();
        server.assignment = new Assignment(
                usual.lease(), 5, usual.gateway4(), null, usual.routes(), usual.dns(), usual.dnsDomain(), "SPT1-x");
        ClientEnd client = connect(wire, server, "alice", "pw");
        assertThat(client.up().reply().value("auth-token")).isEqualTo("SPT1-x");
        assertThat(client.up().toString()).doesNotContain("SPT1");
        wire.run(10 * SECOND);
        client.connection().renegotiate(wire.now());
        wire.run(10 * SECOND);
        assertThat(server.requests.getLast())
                .isInstanceOfSatisfying(
                        AuthRequest.Password.class,
                        request -> assertThat(request.password().matches("SPT1-x".getBytes(StandardCharsets.UTF_8)))
                                .isTrue());

        server.authenticator = request -> new AuthDecision.Reject(RejectReason.TOKEN_EXPIRED, "of yesterday");
        wire.run(100 * SECOND);
        client.connection().renegotiate(wire.now());
        wire.run(10 * SECOND);
        assertThat(server.closed).isEqualTo(CloseReason.REAUTHENTICATION_FAILED);
        assertThat(client.detail).isEqualTo("SESSION:the login has expired, log in again");
    }

    /** CVE-2022-0547: of two decisions that are outstanding, none may be taken for the other's. */
    @Test
    void aSecondDecisionIsNeverAskedForWhileTheFirstIsOutstanding() {
        Wire wire = new Wire(1, 0);
        ServerEnd server = server(wire);
        ClientEnd client = connect(wire, server, "alice", "pw");
        wire.run(10 * SECOND);
        int asked = server.requests.size();
        server.decisionNanos = 200 * SECOND;
        server.authenticator = request -> new AuthDecision.Accept(Grant.of("alice"));
        client.connection().renegotiate(wire.now());
        // It is given up after a minute; both ends want to begin anew, and the old answer is still to come.
        wire.run(100 * SECOND);
        client.connection().renegotiate(wire.now());
        server.connection().renegotiate(wire.now());
        wire.run(50 * SECOND);
        assertThat(server.requests).hasSize(asked + 1);
        assertThat(server.active).isZero();
        wire.run(60 * SECOND);
        assertThat(server.active).as("the late answer is nobody's").isZero();
    }

    private ServerEnd server(Wire wire) {
        ServerEnd server = ENDS.server(wire, ServerTerms.standard(true), VERSIONS);
        server.commons = new ServerCommons(new HandshakeBudget(1 << 24), challenges);
        return server;
    }

    private static ClientEnd connect(Wire wire, ServerEnd server, String user, String password) {
        // Not wiped: it belongs to the connection's owner for as long as that lives.
        Secret secret = Secret.taking(password.getBytes(StandardCharsets.UTF_8));
        ClientEnd client = ENDS.client(wire, ClientTerms.standard(user, secret, true), VERSIONS, null, server);
        wire.run(2 * SECOND);
        return client;
    }
}
