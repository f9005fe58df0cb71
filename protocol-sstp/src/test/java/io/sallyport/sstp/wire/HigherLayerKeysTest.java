package io.sallyport.sstp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.sstp.wire.ControlMessage.CallConnected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HigherLayerKeysTest {
    private static final Octets NONCE = Octets.fromHex("41".repeat(32));
    private static final String RECEIVE = "11".repeat(16) + "22".repeat(16);
    private static final String SEND = "33".repeat(16) + "44".repeat(16);

    @ParameterizedTest
    @EnumSource
    void mskOfAnEapMethodBindsByItsFirst32OctetsOrByTheFirst16OfBothKeys(HashProtocol protocol) {
        // MS-SSTP §3.2.5.2.4, and what sstp-client 1.0.18 makes of the MPPE keys that pppd 2.4.9 shows it
        assertThat(bind(RECEIVE + SEND, RECEIVE, protocol)).isTrue();
        assertThat(bind(RECEIVE + SEND, "11".repeat(16) + "33".repeat(16), protocol))
                .isTrue();
        for (String other : new String[] {SEND, "33".repeat(16) + "11".repeat(16), "00".repeat(32), "11".repeat(32)}) {
            assertThat(bind(RECEIVE + SEND, other, protocol)).as(other).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void keysOfMsChapV2HaveOneForm(HashProtocol protocol) {
        String material = "11".repeat(16) + "33".repeat(16) + "00".repeat(32);
        assertThat(bind(material, "11".repeat(16) + "33".repeat(16), protocol)).isTrue();
        assertThat(bind(material, "11".repeat(16) + "00".repeat(16), protocol)).isFalse();
    }

    @Test
    void withoutKeysItIsZerosAndNothingElse() {
        CallConnected zeros = signed("00".repeat(32), HashProtocol.SHA256);
        CallConnected others = signed("01" + "00".repeat(31), HashProtocol.SHA256);
        try (HigherLayerKeys keys = HigherLayerKeys.ofNone()) {
            assertThat(keys.haveMade(zeros)).isTrue();
            assertThat(keys.haveMade(others)).isFalse();
        }
    }

    private static boolean bind(String material, String hlak, HashProtocol protocol) {
        try (Secret msk = Secret.taking(Octets.fromHex(material).toByteArray());
                HigherLayerKeys keys = HigherLayerKeys.of(msk)) {
            return keys.haveMade(signed(hlak, protocol));
        }
    }

    private static CallConnected signed(String hlak, HashProtocol protocol) {
        try (Secret key = Secret.taking(Octets.fromHex(hlak).toByteArray())) {
            return CryptoBinding.sign(key, protocol, NONCE, Octets.fromHex("55".repeat(protocol.octets())));
        }
    }
}
