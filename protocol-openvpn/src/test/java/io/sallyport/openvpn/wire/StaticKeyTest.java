package io.sallyport.openvpn.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.openvpn.wire.WireException.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StaticKeyTest {
    @Test
    void readsAndWritesWhatOpenVpnWrote() throws WireException {
        try (StaticKey key = StaticKey.parse(TlsCryptTest.KEY)) {
            assertThat(key.octets().length()).isEqualTo(256);
            assertThat(TlsCryptTest.KEY).endsWith(key.toText());
            assertThat(key.toString()).doesNotContain("69c5");
        }
    }

    @Test
    void readsWindowsLineEnds() throws WireException {
        try (StaticKey unix = StaticKey.parse(TlsCryptTest.KEY);
                StaticKey windows = StaticKey.parse(TlsCryptTest.KEY.replace("\n", "\r\n"))) {
            assertThat(windows.octets().matches(unix.octets().expose())).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-----BEGIN OpenVPN Static key V1-----, '', MALFORMED",
        "-----END OpenVPN Static key V1-----, '', MALFORMED",
        "69c594100ad76e763b5383c437f367f0, '', TRUNCATED",
        "69c594100ad76e763b5383c437f367f0, 69c594100ad76e763b5383c437f367f, TRUNCATED",
        "69c594100ad76e763b5383c437f367f0, 69c594100ad76e763b5383c437f367f000, MALFORMED",
        "69c594100ad76e763b5383c437f367f0, 69c594100ad76e763b5383c437f367fx, MALFORMED"
    })
    void refuses(String replaced, String by, Fault fault) {
        assertThatExceptionOfType(WireException.class)
                .isThrownBy(() -> StaticKey.parse(TlsCryptTest.KEY.replace(replaced, by)))
                .extracting(WireException::fault)
                .isEqualTo(fault);
    }
}
