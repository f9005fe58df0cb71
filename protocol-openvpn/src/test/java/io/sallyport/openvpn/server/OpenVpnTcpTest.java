package io.sallyport.openvpn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.port443.StreamProtocol.Claim;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenVpnTcpTest {
    private final OpenVpnTcp tcp = new OpenVpnTcp(worker -> {
        throw new AssertionError("nothing is accepted here");
    });

    @ParameterizedTest
    @CsvSource({
        "'', UNDECIDED",
        "00, UNDECIDED",
        "000e, UNDECIDED",
        "000e38, YES",
        "003638, YES",
        "00ff38, YES",
        "000d, NO",
        "000d38, NO",
        "010038, NO",
        "16, NO",
        "160301, NO",
        "000e39, NO",
        "000e40, NO",
        "005650, NO",
        "01, UNDECIDED",
        "0150, UNDECIDED",
        "015050, YES",
        "014f50, NO",
        "04fe50, YES",
        "04ff50, NO",
        "05, NO",
        "015038, NO",
        "015051, NO",
        "003650, NO",
        "474554, NO"
    })
    void claimsWhatBeginsWithAHardReset(String hex, Claim expected) {
        assertThat(tcp.claims(Unpooled.wrappedBuffer(Octets.fromHex(hex).toByteArray())))
                .isEqualTo(expected);
    }
}
