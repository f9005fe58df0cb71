package io.sallyport.openvpn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.core.octets.Secret;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Known answers are those of OpenVPN's own tests: tests/unit_tests/openvpn/test_crypto.c of its master branch, 2025. */
class EpochSecretTest {
    @Test
    void expandsLabelsAsOpenVpnDoes() {
        // crypto_test_ovpn_label_expand
        Secret secret = secret("0777 0936 2c2e 32df 0ddc 3f0d c47b ba63 90b6 c73b b50f 9c31 22ec 844a d7c2 b3e5");
        assertThat(hex(EpochSecret.expandLabel(secret, "unit test", 16))).isEqualTo("185eaa1c7f228ab8eb29773214d92046");
        // crypto_test_hkdf_expand_test_ovpn: the same label, another length
        assertThat(hex(EpochSecret.expandLabel(secret, "unit test", 27)))
                .isEqualTo("875a8eec18556380b8d933ed323c2df8e8eccf4972e683f06a83ac");
    }

    @Test
    void derivesTheKeyAndTheImplicitIvOfAnEpoch() {
        // epoch_test_derive_data_key: E_17 begins with the octets 19 and 12, a cipher with a key of 24 octets
        byte[] e17 = new byte[32];
        e17[0] = 19;
        e17[1] = 12;
        try (EpochSecret epoch = new EpochSecret(17, Secret.taking(e17))) {
            assertThat(hex(epoch.key(24))).isEqualTo("ed8533db1c28ace418e9006ab29c17417d60ebe6cd90bf0a");
            assertThat(hex(epoch.implicitIv(12))).isEqualTo("86890aabf032cb59f4cfa34e");
        }
    }

    @Test
    void forgetsTheEpochBefore() {
        Secret first = Secret.taking(new byte[32]);
        try (EpochSecret epoch = new EpochSecret(1, first)) {
            epoch.next();
            assertThat(epoch.epoch()).isEqualTo(2);
            assertThatThrownBy(first::expose).isInstanceOf(IllegalStateException.class);
        }
    }

    private static Secret secret(String hex) {
        return Secret.taking(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static String hex(Secret secret) {
        return HexFormat.of().formatHex(secret.expose());
    }
}
