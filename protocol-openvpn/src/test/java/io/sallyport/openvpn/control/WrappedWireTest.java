package io.sallyport.openvpn.control;

import static io.sallyport.openvpn.control.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.TestPki.Keys;
import io.sallyport.core.tls.TlsSettings.Versions;
import io.sallyport.openvpn.wire.ClientKeyV2;
import io.sallyport.openvpn.wire.HmacDigest;
import io.sallyport.openvpn.wire.KeyDirection;
import io.sallyport.openvpn.wire.KeyMetadata;
import io.sallyport.openvpn.wire.PeerInfo;
import io.sallyport.openvpn.wire.ServerKeyV2;
import io.sallyport.openvpn.wire.ServerKeys;
import io.sallyport.openvpn.wire.StaticKey;
import io.sallyport.openvpn.wire.WrapKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Both ends with all that may stand around their packets, over a wire that loses, doubles and reorders. */
class WrappedWireTest {
    private static final Ends ENDS = new Ends(Keys.ECDSA);
    private static final int SEEDS = 40;

    record Around(String name, ServerKeys server, @Nullable WrapKey client) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Around> arounds() {
        StaticKey key = new StaticKey(random(StaticKey.OCTETS));
        ServerKeyV2 server = new ServerKeyV2(random(ServerKeyV2.OCTETS));
        ClientKeyV2 own = server.wrap(key, new KeyMetadata.Timestamp(1));
        return Stream.of(
                new Around("none", ServerKeys.NONE, null),
                new Around("tls-crypt", ServerKeys.tlsCrypt(key), new WrapKey.ForTlsCrypt(key)),
                new Around(
                        "tls-auth",
                        new ServerKeys(new WrapKey.ForTlsAuth(key, HmacDigest.SHA1, KeyDirection.NORMAL), null, 0),
                        new WrapKey.ForTlsAuth(key, HmacDigest.SHA1, KeyDirection.INVERSE)),
                new Around("tls-crypt-v2", new ServerKeys(null, server, 0), own),
                new Around(
                        "tls-crypt-v2 beside tls-crypt", new ServerKeys(new WrapKey.ForTlsCrypt(key), server, 0), own));
    }

    private static Secret random(int length) {
        byte[] octets = new byte[length];
        new Random(length).nextBytes(octets);
        return Secret.taking(octets);
    }

    @ParameterizedTest
    @MethodSource("arounds")
    void handshakesAndRenegotiationsSucceed(Around around) {
        for (int seed = 0; seed < SEEDS; seed++) {
            Wire wire = new Wire(seed, 15);
            wire.wraps = new Wraps(around.server(), around.client());
            Versions versions = seed % 4 == 0 ? Versions.TLS_1_2_ONLY : Versions.TLS_1_3_ONLY;
            ServerEnd server = ENDS.server(wire, Ends.PATIENT_SERVER, versions);
            ClientEnd client = ENDS.client(wire, Ends.PATIENT_CLIENT, versions, "alice", server);
            wire.run(200 * SECOND);
            assertThat(client.events).as("seed %d", seed).containsExactly("install 0", "activate 0", "up");
            // Under the key exported from the first TLS, from either side.
            if (seed % 2 == 0) {
                client.connection().renegotiate(wire.now());
            } else {
                server.connection().renegotiate(wire.now());
            }
            wire.run(200 * SECOND);
            assertThat(server.active).as("seed %d", seed).isEqualTo(1);
            assertThat(client.keys).as("seed %d", seed).containsOnlyKeys(1).isEqualTo(server.keys);
        }
    }

    /** What else a client may be beside its own key, in all combinations that there are clients of. */
    enum Client {
        /** OpenVPN 2.7: epochs, dynamic tls-crypt, updates. */
        NEWEST(ClientTerms.USUAL_PROTOCOLS | PeerInfo.PROTO_DATA_EPOCH | PeerInfo.PROTO_PUSH_UPDATE, "EPOCH"),
        OF_2_6(ClientTerms.USUAL_PROTOCOLS, "PACKET_ID"),
        /** Has dynamic tls-crypt, but no keys out of TLS. */
        WITHOUT_EXPORT(
                (ClientTerms.USUAL_PROTOCOLS | PeerInfo.PROTO_DATA_EPOCH) & ~PeerInfo.PROTO_TLS_KEY_EXPORT,
                "PACKET_ID"),
        OF_2_5(ClientTerms.LIKE_2_5, "PACKET_ID"),
        OF_2_4(ClientTerms.LIKE_2_4, "PACKET_ID");

        private final int protocols;
        private final String format;

        Client(int protocols, String format) {
            this.protocols = protocols;
            this.format = format;
        }
    }

    /** tls-crypt-v2, a token in place of the password, and renegotiations of both sides, over a bad wire. */
    @ParameterizedTest
    @EnumSource(Client.class)
    void allAtOnceSucceeds(Client kind) {
        StaticKey key = new StaticKey(random(StaticKey.OCTETS));
        ServerKeyV2 serverKey = new ServerKeyV2(random(ServerKeyV2.OCTETS));
        ClientKeyV2 own = serverKey.wrap(key, new KeyMetadata.Timestamp(1));
        boolean resends = (kind.protocols & PeerInfo.PROTO_DYNAMIC_TLS_CRYPT) != 0;
        for (int seed = 0; seed < SEEDS / 4; seed++) {
            Wire wire = new Wire(seed, 15);
            wire.wraps = new Wraps(new ServerKeys(null, serverKey, 0), resends ? own : own.withoutResending());
            Versions versions = seed % 4 == 0 ? Versions.TLS_1_2_ONLY : Versions.TLS_1_3_ONLY;
            ServerEnd server = ENDS.server(wire, Ends.PATIENT_SERVER, versions);
            server.assignment = withToken();
            try (Secret password = Secret.ofChars("wonderland".toCharArray())) {
                ClientEnd client = ENDS.client(wire, like(kind, password), versions, null, server);
                wire.run(200 * SECOND);
                for (int renegotiation = 1; renegotiation <= 3; renegotiation++) {
                    assertThat(client.keys).as("%s, seed %d", kind, seed).isEqualTo(server.keys);
                    assertThat(server.keys.get(server.active)).startsWith(kind.format + " ");
                    assertThat(brought(server)).isEqualTo(renegotiation == 1 ? "wonderland" : TOKEN);
                    if ((seed + renegotiation) % 2 == 0) {
                        client.connection().renegotiate(wire.now());
                    } else {
                        server.connection().renegotiate(wire.now());
                    }
                    wire.run(200 * SECOND);
                    assertThat(server.active).as("%s, seed %d", kind, seed).isEqualTo(renegotiation);
                    assertThat(client.active).isEqualTo(renegotiation);
                }
                assertThat(server.closed).isNull();
                assertThat(server.requests).hasSize(4);
                assertThat(client.renegotiationsUnder)
                        .isEqualTo(server.renegotiationsUnder)
                        .hasSize(resends ? 512 : 0);
            }
        }
    }

    private static final String TOKEN = "TOKEN-0123456789abcdef";

    private static String brought(ServerEnd server) {
        AuthRequest.Password last = (AuthRequest.Password) server.requests.getLast();
        return new String(last.password().expose(), StandardCharsets.US_ASCII);
    }

    private static Assignment withToken() {
        Assignment usual = ServerEnd.assignment();
        return new Assignment(
                usual.lease(),
                usual.peerId(),
                usual.gateway4(),
                null,
                usual.routes(),
                usual.dns(),
                usual.dnsDomain(),
                TOKEN);
    }

    private static ClientTerms like(Client kind, Secret password) {
        return new ClientTerms(
                ServerTerms.ALL_CIPHERS,
                "alice",
                password,
                kind.protocols,
                null,
                Duration.ZERO,
                Duration.ofMinutes(5),
                true);
    }
}
