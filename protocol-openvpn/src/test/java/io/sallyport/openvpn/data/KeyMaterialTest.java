package io.sallyport.openvpn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.openvpn.wire.KeyMethod2;
import io.sallyport.openvpn.wire.OvpnSessionId;
import io.sallyport.openvpn.wire.PeerInfo;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class KeyMaterialTest {
    @Test
    void prfGivesWhatOpenSslGives() {
        // openssl kdf -keylen 104 -kdfopt digest:MD5-SHA1 -kdfopt hexsecret:ab*48 -kdfopt seed:"PRF Testvector" -kdfopt
        // hexseed:cd*64 TLS1-PRF
        Octets expected = Octets.fromHex("d3d4d1e349b5d515044666d51de32bab258cb521b6b053463e354832fd976754"
                + "443bcf9a296519bc289abcbc1187e4ebd31e602353776c408aafb74cbc85eff6"
                + "9255f9788faa184cbb957a9819d84a5d7eb006eb459d3ae8de9810454b8b2d8f"
                + "1afbc655a8c9a013");
        try (Secret secret = filled(48, 0xab);
                Secret derived = Tls1Prf.derive(
                        secret, "PRF Testvector", 104, filled(64, 0xcd).expose())) {
            assertThat(Octets.of(derived.expose())).isEqualTo(expected);
        }
    }

    @Test
    void prfSharesTheMiddleOctetOfAnOddSecret() {
        try (Secret odd = Secret.taking("abc".getBytes(StandardCharsets.US_ASCII));
                Secret derived = Tls1Prf.derive(odd, "l", 16, new byte[] {1})) {
            assertThat(derived.length()).isEqualTo(16);
        }
    }

    @Test
    void derivesFromKeyMethodTwoInTheOrderThatBothEndsKnow() {
        OvpnSessionId clientId = new OvpnSessionId(0x0101010101010101L);
        OvpnSessionId serverId = new OvpnSessionId(0x0202020202020202L);
        try (KeyMethod2.Client client = new KeyMethod2.Client(
                        filled(48, 1), filled(32, 2), filled(32, 3), "", "", filled(0, 0), PeerInfo.NONE);
                KeyMethod2.Server server = new KeyMethod2.Server(filled(32, 4), filled(32, 5), "");
                KeyMaterial material = KeyMaterial.ofKeyMethod2(client, server, clientId, serverId);
                Secret master =
                        Tls1Prf.derive(filled(48, 1), "OpenVPN master secret", 48, join(filled(32, 2), filled(32, 4)));
                Secret expected = Tls1Prf.derive(
                        master,
                        "OpenVPN key expansion",
                        256,
                        join(filled(32, 3), filled(32, 5), filled(8, 1), filled(8, 2)))) {
            assertThat(material.octets().matches(expected.expose())).isTrue();
        }
    }

    @Test
    void cutsKeysWhereTheLayoutSays() {
        byte[] octets = new byte[256];
        for (int i = 0; i < 256; i++) {
            octets[i] = (byte) i;
        }
        try (KeyMaterial material = new KeyMaterial(Secret.taking(octets))) {
            assertThat(material.cipherKey(0, 16).matches(Arrays.copyOfRange(octets, 0, 16)))
                    .isTrue();
            assertThat(material.implicitIv(0).matches(Arrays.copyOfRange(octets, 64, 72)))
                    .isTrue();
            assertThat(material.cipherKey(1, 32).matches(Arrays.copyOfRange(octets, 128, 160)))
                    .isTrue();
            assertThat(material.implicitIv(1).matches(Arrays.copyOfRange(octets, 192, 200)))
                    .isTrue();
        }
    }

    @Test
    void refusesAnyOtherLength() {
        assertThatIllegalArgumentException().isThrownBy(() -> new KeyMaterial(filled(255, 1)));
    }

    private static Secret filled(int octets, int value) {
        byte[] bytes = new byte[octets];
        Arrays.fill(bytes, (byte) value);
        return Secret.taking(bytes);
    }

    private static byte[] join(Secret... parts) {
        var out = new java.io.ByteArrayOutputStream();
        for (Secret part : parts) {
            out.writeBytes(part.expose());
        }
        return out.toByteArray();
    }
}
