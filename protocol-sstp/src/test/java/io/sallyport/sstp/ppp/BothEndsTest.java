package io.sallyport.sstp.ppp;

import static io.sallyport.sstp.ppp.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.EapPeer;
import io.sallyport.core.auth.MsChapV2Hashes;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Client and server over a wire with a manual clock. */
class BothEndsTest {
    private static final String PASSWORD = "clientPass";
    private static final String[] UP = {"authenticated", "opened IPV4", "opened IPV6"};
    private static final String[] CLIENT_UP = {
        "authenticated", "ipv4 10.1.0.5 10.1.0.1 [10.1.0.53, 10.1.0.54]", "ipv6 200000000000011 200000000000001"
    };

    /** Knows the password and says so as a local user's authenticator does. */
    static void judge(ServerEnd server, AuthRequest request) {
        switch (request) {
            case AuthRequest.Password password -> {
                boolean right = new String(password.password().expose(), java.nio.charset.StandardCharsets.UTF_8)
                        .equals(PASSWORD);
                password.password().close();
                answer(server, right, null);
            }
            case AuthRequest.MsChapV2 response -> {
                try (Secret password = ClientEnd.secret(PASSWORD);
                        Secret hash = MsChapV2Hashes.ntHash(password)) {
                    byte[] challengeHash = MsChapV2Hashes.challengeHash(
                            response.peerChallenge(), response.authenticatorChallenge(), response.user());
                    boolean right = Octets.of(MsChapV2Hashes.ntResponse(challengeHash, hash))
                            .equals(response.ntResponse());
                    answer(
                            server,
                            right,
                            MsChapV2Hashes.authenticatorResponse(hash, response.ntResponse(), challengeHash));
                }
            }
            case AuthRequest.CertificateChain _, AuthRequest.BearerToken _, AuthRequest.Every _ ->
                throw new AssertionError("PPP does not ask so");
        }
    }

    private static void answer(ServerEnd server, boolean right, @Nullable String message) {
        if (right) {
            server.ppp.accepted(message, ServerEnd.network(), server.wire.now());
        } else {
            server.ppp.refused(RejectReason.BAD_CREDENTIALS, null, server.wire.now());
        }
    }

    private static ServerEnd server(Wire wire, AuthProtocol... protocols) {
        ServerEnd server = new ServerEnd(wire, ServerEnd.terms(protocols));
        server.judge = BothEndsTest::judge;
        return server;
    }

    private static PppLogin chap(String password) {
        return new PppLogin.MsChapV2("User", ClientEnd.secret(password));
    }

    private static PppLogin pap(String password) {
        return new PppLogin.Pap("User", ClientEnd.secret(password));
    }

    @Test
    void comesUpWithMsChapV2AndBothHaveTheSameKeys() {
        Wire wire = new Wire(1, 0);
        ServerEnd server = server(wire, AuthProtocol.MS_CHAP_V2);
        ClientEnd client = new ClientEnd(server, chap(PASSWORD));
        server.start();
        client.start();
        wire.run(10 * SECOND);
        assertThat(server.events).containsExactly("authenticate", "authenticated", "opened IPV4", "opened IPV6");
        assertThat(client.events).containsExactly(CLIENT_UP);
        AuthRequest.MsChapV2 asked = (AuthRequest.MsChapV2) server.asked.getFirst();
        try (Secret password = ClientEnd.secret(PASSWORD);
                Secret hash = MsChapV2Hashes.ntHash(password);
                Secret keys = MsChapV2Hashes.keyingMaterial(hash, asked.ntResponse())) {
            assertThat(client.keys).isEqualTo(Octets.of(keys.expose()).toHex());
        }
        assertThat(server.ppp.sendMru()).isEqualTo(1350);
        assertThat(client.ppp.sendMru()).isEqualTo(1350);
        assertThat(server.ppp.mayCompressAddress()).isTrue();
        assertThat(server.ppp.mayCompressProtocol()).isTrue();
    }

    @Test
    void comesUpWithPap() {
        Wire wire = new Wire(1, 0);
        ServerEnd server = server(wire, AuthProtocol.EAP, AuthProtocol.MS_CHAP_V2, AuthProtocol.PAP);
        ClientEnd client = new ClientEnd(server, pap(PASSWORD));
        server.start();
        client.start();
        wire.run(10 * SECOND);
        assertThat(server.events).containsExactly("authenticate", "authenticated", "opened IPV4", "opened IPV6");
        assertThat(client.events).containsExactly(CLIENT_UP);
        assertThat(client.keys).isNull();
    }

    @Test
    void wrongPasswordsEndBothAndTheClientLearnsTheError() {
        Wire wire = new Wire(1, 0);
        ServerEnd server = server(wire, AuthProtocol.MS_CHAP_V2);
        ClientEnd client = new ClientEnd(server, chap("wrong"));
        server.start();
        client.start();
        wire.run(10 * SECOND);
        assertThat(client.errorCode).isEqualTo(691);
        assertThat(client.cause()).isEqualTo(PppEnd.Cause.AUTHENTICATION);
        assertThat(server.events).doesNotContain("authenticated");
        assertThat(server.end).isNotNull();
    }

    @Test
    void comesUpOverABadWire() {
        for (int seed = 0; seed < 300; seed++) {
            // 15 % lost, 5 % of the rest twice, all in any order: worse than any link that RFC 1661 §4 asks for.
            Wire wire = new Wire(seed, 15, seed % 2 == 0 ? Long.MAX_VALUE - 5 * SECOND : -20 * SECOND);
            boolean usesPap = seed % 3 == 0;
            ServerEnd server = server(wire, usesPap ? AuthProtocol.PAP : AuthProtocol.MS_CHAP_V2);
            ClientEnd client = new ClientEnd(server, usesPap ? pap(PASSWORD) : chap(PASSWORD));
            server.start();
            client.start();
            wire.run(200 * SECOND);
            assertThat(server.end).as("seed %d", seed).isNull();
            assertThat(server.events).as("seed %d", seed).contains(UP);
            assertThat(client.events).as("seed %d", seed).contains(CLIENT_UP);
            assertThat(server.events.stream().filter("authenticated"::equals))
                    .as("seed %d", seed)
                    .hasSize(1);
            assertThat(server.sentFrames).as("seed %d", seed).isLessThan(200);
        }
    }

    @Test
    void renegotiatedLinksComeUpAgainWithoutANewLogin() {
        Wire wire = new Wire(1, 0);
        ServerEnd server = server(wire, AuthProtocol.MS_CHAP_V2);
        ClientEnd client = new ClientEnd(server, chap(PASSWORD));
        server.start();
        client.start();
        wire.run(10 * SECOND);
        server.events.clear();
        client.events.clear();
        client.ppp.renegotiate(wire.now());
        wire.run(10 * SECOND);
        assertThat(server.events).containsExactly("closed IPV4", "closed IPV6", "opened IPV4", "opened IPV6");
        assertThat(client.events).containsExactly(CLIENT_UP[1], CLIENT_UP[2]);
        assertThat(server.asked).hasSize(1);
    }

    @Test
    void eitherEndTerminates() {
        for (boolean byServer : new boolean[] {true, false}) {
            Wire wire = new Wire(1, 0);
            ServerEnd server = server(wire, AuthProtocol.PAP);
            ClientEnd client = new ClientEnd(server, pap(PASSWORD));
            server.start();
            client.start();
            wire.run(10 * SECOND);
            if (byServer) {
                server.ppp.terminate("drain", wire.now());
            } else {
                client.ppp.terminate(wire.now());
            }
            wire.run(SECOND);
            PppEnd.Cause cause = byServer ? PppEnd.Cause.GATEWAY : PppEnd.Cause.CLIENT;
            assertThat(server.cause()).isEqualTo(cause);
            assertThat(client.cause()).isEqualTo(cause);
            assertThat(server.events).endsWith("closed IPV4", "closed IPV6", "ended " + cause);
        }
    }

    /** A method of two rounds; its request and response say which. */
    static final class TwoRounds implements EapPeer {
        private int rounds;

        @Override
        public @Nullable Octets receive(Octets packet) {
            if (packet.at(0) != 1) {
                return null;
            }
            rounds++;
            return Octets.of((byte) 2, packet.at(1), (byte) 0, (byte) 6, (byte) 99, (byte) rounds);
        }

        @Override
        public boolean isComplete() {
            return rounds == 2;
        }

        @Override
        public Secret keyingMaterial() {
            return Secret.taking(new byte[64]);
        }

        @Override
        public void close() {}
    }

    static void eapJudge(ServerEnd server, Octets response) {
        int rounds = response.length() < 6 ? 0 : response.at(5);
        if (rounds < 2) {
            server.ppp.eapRequest(
                    Octets.of((byte) 1, (byte) (40 + rounds), (byte) 0, (byte) 5, (byte) 99), server.wire.now());
        } else {
            server.ppp.eapSuccess(Octets.fromHex("03290004"), ServerEnd.network(), server.wire.now());
        }
    }

    @Test
    void comesUpWithEapAlsoWhenSuccessIsLost() {
        for (int seed = 0; seed < 200; seed++) {
            Wire wire = new Wire(seed, seed == 0 ? 0 : 10);
            ServerEnd server = server(wire, AuthProtocol.EAP);
            server.eapJudge = BothEndsTest::eapJudge;
            ClientEnd client = new ClientEnd(server, new PppLogin.Eap(new TwoRounds()));
            server.start();
            client.start();
            wire.run(200 * SECOND);
            assertThat(server.events).as("seed %d", seed).contains(UP);
            assertThat(client.events).as("seed %d", seed).contains(CLIENT_UP);
        }
    }

    @Test
    void aServerThatDoesNotKnowThePasswordIsNotBelieved() {
        Wire wire = new Wire(1, 0);
        ServerEnd server = server(wire, AuthProtocol.MS_CHAP_V2);
        server.judge = (end, request) -> end.ppp.accepted("S=" + "0".repeat(40), ServerEnd.network(), wire.now());
        ClientEnd client = new ClientEnd(server, chap(PASSWORD));
        server.start();
        client.start();
        wire.run(20 * SECOND);
        assertThat(client.cause()).isEqualTo(PppEnd.Cause.AUTHENTICATION);
        assertThat(client.events).isEmpty();
    }

    @Test
    void aClientDoesNotFallBackToPap() {
        Wire wire = new Wire(1, 0);
        ServerEnd server = server(wire, AuthProtocol.PAP);
        ClientEnd client = new ClientEnd(server, chap(PASSWORD));
        server.start();
        client.start();
        wire.run(20 * SECOND);
        assertThat(server.cause()).isEqualTo(PppEnd.Cause.AUTHENTICATION);
        assertThat(client.events).isEmpty();
        assertThat(server.asked).isEmpty();
    }
}
