package io.sallyport.openvpn.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerInfoTest {
    @Test
    void readsWhatOpenVpnConnectAnnounces() {
        PeerInfo info = PeerInfo.parse(
                "IV_VER=3.11.3\nIV_PLAT=win\nIV_PROTO=8094\nIV_SSO=webauth,crtext\nIV_GUI_VER=OCWindows_3.9\n");
        assertThat(info.version()).isEqualTo("3.11.3");
        assertThat(info.platform()).isEqualTo("win");
        assertThat(info.userInterface()).isEqualTo("OCWindows_3.9");
        assertThat(info.singleSignOn()).containsExactly("webauth", "crtext");
        // 8094 = 0x1f9e: bits 1-4 and 7-12
        assertThat(List.of(
                        PeerInfo.PROTO_DATA_V2,
                        PeerInfo.PROTO_REQUEST_PUSH,
                        PeerInfo.PROTO_TLS_KEY_EXPORT,
                        PeerInfo.PROTO_AUTH_PENDING_KEYWORDS,
                        PeerInfo.PROTO_CC_EXIT_NOTIFY,
                        PeerInfo.PROTO_AUTH_FAIL_TEMP,
                        PeerInfo.PROTO_DYNAMIC_TLS_CRYPT,
                        PeerInfo.PROTO_DATA_EPOCH,
                        PeerInfo.PROTO_DNS_OPTION_V2,
                        PeerInfo.PROTO_PUSH_UPDATE))
                .allMatch(info::speaks);
        assertThat(info.speaks(PeerInfo.PROTO_NCP_P2P)).isFalse();
        assertThat(info.speaks(PeerInfo.PROTO_DNS_OPTION)).isFalse();
    }

    @Test
    void writesWhatItRead() {
        String text = "IV_VER=2.6.14\nIV_CIPHERS=AES-256-GCM\nUV_ID=x=y\n";
        assertThat(PeerInfo.parse(text).toText()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=", "=x", "IV VER=1", "IV_VER", "IV_VER=\u00e9", "IV_VER=\u0007", "IV-VER=1"})
    void leavesOutWhatIsNoLineOfItsKind(String line) {
        assertThat(PeerInfo.parse(line + "\nIV_PLAT=mac\r\n").values())
                .containsExactly(java.util.Map.entry("IV_PLAT", "mac"));
    }

    @Test
    void readsNoMoreLinesThanItsLimit() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < PeerInfo.MAX_LINES + 10; i++) {
            text.append("UV_").append(i).append("=1\n");
        }
        assertThat(PeerInfo.parse(text.toString()).values()).hasSize(PeerInfo.MAX_LINES);
        assertThat(PeerInfo.parse("A=" + "x".repeat(600)).values()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "99999999999999", "0x10", "1 "})
    void aNumberThatIsNoneIsZero(String number) {
        assertThat(PeerInfo.parse("IV_PROTO=" + number).protocols()).isZero();
    }

    @Test
    void firstValueOfANameCounts() {
        assertThat(PeerInfo.parse("IV_PROTO=2\nIV_PROTO=4").protocols()).isEqualTo(2);
    }
}
