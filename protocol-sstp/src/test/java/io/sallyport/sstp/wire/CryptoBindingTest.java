package io.sallyport.sstp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import org.junit.jupiter.api.Test;

/** Known answers of MS-SSTP §4.7 (revision 20240423): both messages, keys and hashes. */
class CryptoBindingTest {
    @Test
    void agreesWithTheSpecificationUnderSha256() {
        try (Secret hlak = Secret.taking(Samples.HLAK_SHA256.toByteArray())) {
            assertThat(Samples.hex(
                            CryptoBinding.sign(hlak, HashProtocol.SHA256, Samples.NONCE, Samples.CERTIFICATE_SHA256)))
                    .isEqualTo(Samples.CONNECTED_SHA256);
        }
    }

    @Test
    void agreesWithTheSpecificationUnderSha1() {
        try (Secret hlak = Secret.taking(Samples.HLAK_SHA1.toByteArray())) {
            assertThat(Samples.hex(
                            CryptoBinding.sign(hlak, HashProtocol.SHA1, Samples.NONCE_SHA1, Samples.CERTIFICATE_SHA1)))
                    .isEqualTo(Samples.CONNECTED_SHA1);
        }
    }

    @Test
    void theMacThatAMessageHasDoesNotChangeTheOneItShouldHave() throws WireException {
        String other = Samples.CONNECTED_SHA256.replace(Samples.MAC_SHA256.toHex(), "ff".repeat(32));
        var message = (ControlMessage.CallConnected) ControlMessages.decode(Samples.message(other));
        try (Secret hlak = Secret.taking(Samples.HLAK_SHA256.toByteArray())) {
            assertThat(CryptoBinding.compoundMac(hlak, message)).isEqualTo(Samples.MAC_SHA256);
        }
    }

    /** MS-SSTP §3.2.5.2.4. */
    @Test
    void theKeyHasThirtyTwoOctetsWhateverTheMethodMade() {
        assertThat(hlakOf(null)).isEqualTo("00".repeat(32));
        assertThat(hlakOf("ab".repeat(16))).isEqualTo("ab".repeat(16) + "00".repeat(16));
        assertThat(hlakOf("ab".repeat(32))).isEqualTo("ab".repeat(32));
        assertThat(hlakOf("ab".repeat(32) + "cd".repeat(32))).isEqualTo("ab".repeat(32));
    }

    private static String hlakOf(@org.jspecify.annotations.Nullable String keysHex) {
        Secret keys =
                keysHex == null ? null : Secret.taking(Octets.fromHex(keysHex).toByteArray());
        try (Secret hlak = CryptoBinding.hlak(keys)) {
            return Octets.of(hlak.expose()).toHex();
        }
    }
}
