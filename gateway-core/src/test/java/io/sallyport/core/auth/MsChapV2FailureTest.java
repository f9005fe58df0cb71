package io.sallyport.core.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Octets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MsChapV2FailureTest {
    private static final Octets CHALLENGE = Octets.of(new byte[16]);

    /** RFC 2759 §6: 647 disabled, 648 expired, 649 no permission, 691 authentication failure. */
    @ParameterizedTest
    @CsvSource({
        "BAD_CREDENTIALS, 691",
        "TOKEN_EXPIRED, 691",
        "ACCOUNT_DISABLED, 647",
        "PASSWORD_EXPIRED, 648",
        "METHOD_UNSUPPORTED, 649",
        "UNAVAILABLE, 649",
        "TOO_BUSY, 649"
    })
    void anOutageIsNoWrongPassword(RejectReason reason, int code) {
        assertThat(MsChapV2Failure.message(reason, false, CHALLENGE))
                .isEqualTo("E=" + code + " R=0 C=" + "0".repeat(32) + " V=3 M=" + reason.clientText());
    }
}
