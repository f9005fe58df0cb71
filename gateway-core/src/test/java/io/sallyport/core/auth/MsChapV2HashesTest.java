package io.sallyport.core.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The example of RFC 2759 §9.2, and its keys in RFC 3079 §3.5.3. */
class MsChapV2HashesTest {
    private static final Octets AUTHENTICATOR_CHALLENGE = Octets.fromHex("5b5d7c7d7b3f2f3e3c2c602132262628");
    private static final Octets PEER_CHALLENGE = Octets.fromHex("21402324255e262a28295f2b3a337c7e");
    private static final Octets NT_RESPONSE = Octets.fromHex("82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df");

    private final Secret hash = hash("clientPass");

    @Test
    void hashesThePassword() {
        assertThat(hex(hash.expose())).isEqualTo("44ebba8d5312b8d611474411f56989ae");
    }

    @Test
    void hashesPasswordsBeyondAscii() {
        // RFC 1320 A.5 for the empty message; the other by iconv -t UTF-16LE | openssl dgst -md4.
        assertThat(hex(hash("").expose())).isEqualTo("31d6cfe0d16ae931b73c59d7e0c089c0");
        assertThat(hex(hash("p\u00e4ss\ud83d\udd11").expose())).isEqualTo("01c04b94d4eaa1b54b5c1701a3bad5b8");
    }

    @Test
    void hashesTheChallengesWithoutTheDomain() {
        assertThat(hex(MsChapV2Hashes.challengeHash(PEER_CHALLENGE, AUTHENTICATOR_CHALLENGE, "User")))
                .isEqualTo("d02e4386bce91226");
        assertThat(hex(MsChapV2Hashes.challengeHash(PEER_CHALLENGE, AUTHENTICATOR_CHALLENGE, "CORP\\User")))
                .isEqualTo("d02e4386bce91226");
    }

    @Test
    void answersTheChallenge() {
        assertThat(MsChapV2Hashes.ntResponse(Octets.fromHex("d02e4386bce91226").toByteArray(), hash))
                .isEqualTo(NT_RESPONSE.toByteArray());
    }

    @Test
    void provesTheAuthenticator() {
        assertThat(MsChapV2Hashes.authenticatorResponse(
                        hash, NT_RESPONSE, Octets.fromHex("d02e4386bce91226").toByteArray()))
                .isEqualTo("S=407A5589115FD0D6209F510FE9C04566932CDA56");
    }

    @Test
    void makesTheServersKeysReceiveThenSendThenZeros() {
        try (Secret keys = MsChapV2Hashes.keyingMaterial(hash, NT_RESPONSE)) {
            assertThat(keys.length()).isEqualTo(64);
            // RFC 3079 §3.5.3: SendStartKey128 of the server.
            assertThat(hex(keys.expose()).substring(32, 64)).isEqualTo("8b7cdc149b993a1ba118cb153f56dccb");
            assertThat(hex(keys.expose()).substring(64)).isEqualTo("00".repeat(32));
            // Computed with Python's hashlib from that section's MasterKey: the RFC prints one direction only.
            assertThat(hex(keys.expose()).substring(0, 32)).isEqualTo("d5f0e9521e3ea9589645e86051c82226");
        }
    }

    private static Secret hash(String password) {
        try (Secret secret = Secret.taking(password.getBytes(StandardCharsets.UTF_8))) {
            return MsChapV2Hashes.ntHash(secret);
        }
    }

    private static String hex(byte[] octets) {
        return HexFormat.of().formatHex(octets);
    }
}
