package io.sallyport.openvpn.control;

import static io.sallyport.openvpn.control.Wire.MILLI;
import static io.sallyport.openvpn.control.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.tls.TestPki.Keys;
import io.sallyport.core.tls.TlsSettings.Versions;
import io.sallyport.openvpn.control.ServerTerms.Require;
import io.sallyport.openvpn.wire.Acks;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.PeerInfo;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandshakeTest {
    private static final Ends RSA = new Ends(Keys.RSA);
    private static final Ends ECDSA = new Ends(Keys.ECDSA);

    private final Wire wire = new Wire(1, 0);

    @ParameterizedTest
    @CsvSource({"TLS_1_2_ONLY, RSA", "TLS_1_2_ONLY, ECDSA", "TLS_1_3_ONLY, RSA", "TLS_1_3_ONLY, ECDSA"})
    void aClientWithACertificateGetsItsAddress(Versions versions, Keys keys) {
        Ends ends = keys == Keys.RSA ? RSA : ECDSA;
        ServerEnd server = ends.server(wire, ServerTerms.standard(true), versions);

        // HARD_RESET_CLIENT_V2 -->
        //                     <-- HARD_RESET_SERVER_V2, from nothing
        // ClientHello -->
        //                     <-- ServerHello ... CertificateRequest ... Finished
        // Certificate, CertificateVerify, Finished, key method 2 -->
        //                     <-- key method 2
        //                     <-- PUSH_REPLY, unasked, when the authenticator and the address pool have answered
        ClientEnd client = ends.client(wire, Ends.terms(), versions, "alice", server);
        wire.run(2 * SECOND);

        assertThat(server.events).containsExactly("authenticate", "admit alice", "install 0", "activate 0", "up");
        assertThat(client.events).containsExactly("install 0", "activate 0", "up");
        assertThat(client.keys).isEqualTo(server.keys).hasSize(1);
        assertThat(server.requests.getFirst()).isInstanceOf(AuthRequest.CertificateChain.class);
        assertThat(server.established().tlsVersion())
                .isEqualTo(versions == Versions.TLS_1_2_ONLY ? "TLSv1.2" : "TLSv1.3");
        assertThat(server.established().cipher()).isEqualTo(DataCipher.AES_256_GCM);
        assertThat(server.established().peerInfo().value("IV_GUI_VER")).isEqualTo("sallyport");
        assertThat(client.up().reply().options())
                .containsExactly(
                        "topology subnet",
                        "ifconfig 172.16.201.2 255.255.255.0",
                        "route-gateway 172.16.201.1",
                        "route 10.20.0.0 255.255.0.0",
                        "dhcp-option DNS 10.0.0.53",
                        "dhcp-option DOMAIN corp.example.test",
                        "ping 10",
                        "ping-restart 60",
                        "explicit-exit-notify 1",
                        "tun-mtu 1400",
                        "cipher AES-256-GCM",
                        "peer-id 5",
                        "protocol-flags cc-exit tls-ekm dyn-tls-crypt");
        assertThat(client.renegotiationsUnder).hasSize(512).isEqualTo(server.renegotiationsUnder);
    }

    @Test
    void passwordAndBothReachTheAuthenticator() {
        ServerEnd server = RSA.server(wire, require(Require.BOTH), Versions.TLS_1_3_ONLY);
        try (Secret password = Secret.ofChars("wonderland".toCharArray())) {
            ClientEnd client = RSA.client(
                    wire, ClientTerms.standard("alice", password, true), Versions.TLS_1_3_ONLY, "alice", server);
            wire.run(2 * SECOND);
            assertThat(client.up).isNotNull();
            assertThat(server.requests.getFirst()).isInstanceOfSatisfying(AuthRequest.Every.class, every -> {
                assertThat(every.parts().getFirst()).isInstanceOf(AuthRequest.CertificateChain.class);
                assertThat(every.parts().getLast()).isInstanceOfSatisfying(AuthRequest.Password.class, request -> {
                    assertThat(request.user()).isEqualTo("alice");
                    assertThat(request.password().matches(password.expose())).isTrue();
                });
            });
        }
    }

    @Test
    void aMissingCertificateOrPasswordIsRefusedWithoutAsking() {
        ServerEnd server = RSA.server(wire, require(Require.CERTIFICATE), Versions.TLS_1_3_ONLY);
        ClientEnd client = RSA.client(wire, Ends.terms(), Versions.TLS_1_3_ONLY, null, server);
        wire.run(2 * SECOND);
        assertThat(client.detail).isEqualTo("a client certificate is required");

        Wire other = new Wire(2, 0);
        ServerEnd both = RSA.server(other, require(Require.BOTH), Versions.TLS_1_3_ONLY);
        ClientEnd half = RSA.client(other, Ends.terms(), Versions.TLS_1_3_ONLY, "alice", both);
        other.run(2 * SECOND);
        assertThat(half.detail).isEqualTo("this gateway requires other credentials");
        assertThat(both.requests).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"BAD_CREDENTIALS, user name or password is wrong", "PASSWORD_EXPIRED, the password has expired"})
    void aPasswordIsRefusedWithItsReasonAndNothingIsInstalled(RejectReason reason, String text) {
        ServerEnd server = RSA.server(wire, ServerTerms.standard(true), Versions.TLS_1_3_ONLY);
        server.authenticator = request -> new AuthDecision.Reject(reason, "only for the log: alice");
        try (Secret password = Secret.ofChars("wrong".toCharArray())) {
            ClientEnd client = RSA.client(
                    wire, ClientTerms.standard("alice", password, true), Versions.TLS_1_3_ONLY, null, server);
            // <-- AUTH_FAILED with the reason
            wire.run(SECOND);
            assertThat(client.closed).isEqualTo(ClientOut.End.AUTH_FAILED);
            assertThat(client.detail).isEqualTo(text);
            wire.run(6 * SECOND);
            assertThat(server.events).containsExactly("authenticate", "refused", "close");
            assertThat(server.closed).isEqualTo(CloseReason.HANDSHAKE_FAILED);
            assertThat(server.detail).contains("only for the log: alice");
        }
    }

    @Test
    void aTemporaryRefusalSaysSoToAClientThatKnowsIt() {
        ServerEnd server = RSA.server(wire, ServerTerms.standard(true), Versions.TLS_1_3_ONLY);
        server.authenticator = request -> new AuthDecision.Reject(RejectReason.UNAVAILABLE, "no answer");
        ClientEnd client = RSA.client(wire, Ends.terms(), Versions.TLS_1_3_ONLY, "alice", server);
        wire.run(2 * SECOND);
        assertThat(client.detail).isEqualTo("TEMP:authentication is unavailable, try again later");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "V4,dev-type tun,comp-lzo,key-method 2,tls-client | compression is not supported, remove comp-lzo and compress",
                "V4,dev-type tap,key-method 2,tls-client | this gateway has no layer-2 tunnels, use dev tun"
            })
    void whatIsNotSpokenIsRefusedWithAReason(String options, String text) {
        ClientTerms terms = new ClientTerms(
                ServerTerms.ALL_CIPHERS,
                "",
                null,
                ClientTerms.USUAL_PROTOCOLS,
                options,
                Duration.ZERO,
                Duration.ofSeconds(60),
                true);
        ServerEnd server = RSA.server(wire, ServerTerms.standard(true), Versions.TLS_1_3_ONLY);
        ClientEnd client = RSA.client(wire, terms, Versions.TLS_1_3_ONLY, "alice", server);
        wire.run(2 * SECOND);
        assertThat(client.closed).isEqualTo(ClientOut.End.AUTH_FAILED);
        assertThat(client.detail).isEqualTo(text);
        assertThat(server.requests).isEmpty();
    }

    @Test
    void theFirstCommonCipherOfOursIsChosenAndNoneIsARefusal() {
        ServerEnd server = RSA.server(wire, ServerTerms.standard(true), Versions.TLS_1_3_ONLY);
        ClientTerms chacha = withCiphers(List.of(DataCipher.CHACHA20_POLY1305, DataCipher.AES_128_GCM));
        ClientEnd client = RSA.client(wire, chacha, Versions.TLS_1_3_ONLY, "alice", server);
        wire.run(2 * SECOND);
        assertThat(client.up().cipher()).isEqualTo(DataCipher.AES_128_GCM);

        Wire other = new Wire(2, 0);
        ServerTerms only = new ServerTerms(
                List.of(DataCipher.AES_256_GCM),
                Require.ANY,
                10,
                60,
                1400,
                Duration.ZERO,
                Duration.ofSeconds(60),
                true);
        ServerEnd strict = RSA.server(other, only, Versions.TLS_1_3_ONLY);
        ClientEnd without = RSA.client(other, chacha, Versions.TLS_1_3_ONLY, "alice", strict);
        other.run(2 * SECOND);
        assertThat(without.detail).isEqualTo("no common data cipher, this gateway offers AES-256-GCM");
    }

    @Test
    void nothingIsPushedBeforeTheDecisionHoweverOftenAClientAsks() {
        // CVE-2020-15078: a PUSH_REQUEST before authentication must not be answered.
        ServerEnd server = RSA.server(wire, ServerTerms.standard(true), Versions.TLS_1_3_ONLY);
        server.decisionNanos = 20 * SECOND;
        int protocols = ClientTerms.USUAL_PROTOCOLS & ~PeerInfo.PROTO_REQUEST_PUSH;
        ClientEnd client = RSA.client(wire, withProtocols(protocols), Versions.TLS_1_3_ONLY, "alice", server);
        // PUSH_REQUEST --> every three seconds, unanswered
        wire.run(19 * SECOND);
        assertThat(server.events).containsExactly("authenticate");
        assertThat(client.events).isEmpty();
        // The decision comes: what was asked before is answered now.
        wire.run(2 * SECOND);
        assertThat(client.events).containsExactly("install 0", "activate 0", "up");
        assertThat(server.events).contains("up");
    }

    @Test
    void aClientThatDoesNotGoOnIsGivenUp() {
        ServerEnd server = RSA.server(wire, ServerTerms.standard(true), Versions.TLS_1_3_ONLY);
        RSA.client(wire, Ends.terms(), Versions.TLS_1_3_ONLY, "alice", server);
        wire.run(30 * MILLI);
        server.client = null;
        server.connection();
        int before = server.sent;
        // Nothing more arrives here: retransmissions end with the deadline.
        wire.run(90 * SECOND);
        assertThat(server.closed).isEqualTo(CloseReason.HANDSHAKE_FAILED);
        assertThat(server.sent - before).isLessThan(60);
    }

    @Test
    void anExitEndsTheSession() {
        ServerEnd server = RSA.server(wire, ServerTerms.standard(true), Versions.TLS_1_3_ONLY);
        ClientEnd client = RSA.client(wire, Ends.terms(), Versions.TLS_1_3_ONLY, "alice", server);
        wire.run(SECOND);
        client.connection().close(wire.now());
        wire.run(SECOND);
        assertThat(server.closed).isEqualTo(CloseReason.CLIENT_EXIT);
    }

    @Test
    void octetsThatAreNoTlsEndTheSessionAsAnErrorAndNotAsAnExit() {
        ServerEnd server = RSA.server(wire, ServerTerms.standard(true), Versions.TLS_1_3_ONLY);
        ClientEnd client = RSA.client(wire, Ends.terms(), Versions.TLS_1_3_ONLY, "alice", server);
        wire.run(SECOND);
        assertThat(client.up).isNotNull();
        for (long id = 1; id < 30; id++) {
            server.arrive(new ControlPacket.Control(
                    0, ClientEnd.ID, Acks.NONE, id, Octets.fromHex("170303" + "0020" + "00".repeat(32))));
        }
        wire.run(SECOND);
        assertThat(server.closed).isEqualTo(CloseReason.PROTOCOL_ERROR);
    }

    @Test
    void aShutdownTellsTheClientToComeBackAndADisconnectNotTo() {
        for (CloseReason reason : List.of(CloseReason.SHUTDOWN, CloseReason.ADMINISTRATOR)) {
            Wire own = new Wire(3, 0);
            ServerEnd server = RSA.server(own, ServerTerms.standard(true), Versions.TLS_1_3_ONLY);
            ClientEnd client = RSA.client(own, Ends.terms(), Versions.TLS_1_3_ONLY, "alice", server);
            own.run(SECOND);
            server.connection().close(reason, "", own.now());
            own.run(SECOND);
            assertThat(client.closed)
                    .isEqualTo(reason == CloseReason.SHUTDOWN ? ClientOut.End.RESTART : ClientOut.End.HALT);
            assertThat(client.detail).isEqualTo(reason == CloseReason.SHUTDOWN ? "[P]" : reason.text());
        }
    }

    @Test
    void aSessionTimeoutMakesTheClientComeBackAndAsk() {
        ServerEnd server = RSA.server(wire, ServerTerms.standard(true), Versions.TLS_1_3_ONLY);
        ClientEnd client = RSA.client(wire, Ends.terms(), Versions.TLS_1_3_ONLY, "alice", server);
        wire.run(SECOND);
        server.connection().close(CloseReason.SESSION_TIMEOUT, "", wire.now());
        wire.run(SECOND);
        assertThat(client.closed).isEqualTo(ClientOut.End.RESTART);
        assertThat(client.detail).as("without [P] the password is forgotten").isEmpty();
    }

    @Test
    void aReplyThatDoesNotFitEndsTheConnection() {
        ServerEnd server = RSA.server(wire, ServerTerms.standard(true), Versions.TLS_1_3_ONLY);
        List<IpPrefix> routes = IntStream.range(0, 8000)
                .mapToObj(i -> IpPrefix.parse("10." + i / 250 + "." + i % 250 + ".0/24"))
                .toList();
        Assignment usual = ServerEnd.assignment();
        server.assignment = new Assignment(
                usual.lease(), usual.peerId(), usual.gateway4(), null, routes, usual.dns(), usual.dnsDomain());
        RSA.client(wire, Ends.terms(), Versions.TLS_1_3_ONLY, "alice", server);
        wire.run(5 * SECOND);
        assertThat(server.closed).isEqualTo(CloseReason.HANDSHAKE_FAILED);
        assertThat(server.detail).contains("PUSH_REPLY does not fit");
        assertThat(server.events).doesNotContain("up");
    }

    private static ServerTerms require(Require require) {
        return new ServerTerms(
                ServerTerms.ALL_CIPHERS, require, 10, 60, 1400, Duration.ofHours(1), Duration.ofSeconds(60), true);
    }

    private static ClientTerms withCiphers(List<DataCipher> ciphers) {
        return new ClientTerms(
                ciphers, "", null, ClientTerms.USUAL_PROTOCOLS, null, Duration.ZERO, Duration.ofSeconds(60), true);
    }

    private static ClientTerms withProtocols(int protocols) {
        return new ClientTerms(
                ServerTerms.ALL_CIPHERS, "", null, protocols, null, Duration.ZERO, Duration.ofSeconds(60), true);
    }
}
