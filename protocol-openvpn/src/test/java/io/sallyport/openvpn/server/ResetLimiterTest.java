package io.sallyport.openvpn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class ResetLimiterTest {
    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");

    private final ResetLimiter limiter = new ResetLimiter(7);

    @Test
    void answersASourceSoManyTimesInAWindow() {
        assertThat(allowed(ONE, 150, 1000)).isEqualTo(100);
        assertThat(allowed(ONE, 1, 1009)).isZero();
        assertThat(allowed(ONE, 1, 1010)).isEqualTo(1);
    }

    @Test
    void aHandshakeThatCompletesGivesItsAnswerBack() {
        assertThat(allowed(ONE, 100, 1000)).isEqualTo(100);
        limiter.completed(ONE);
        limiter.completed(ONE);
        assertThat(allowed(ONE, 10, 1000)).isEqualTo(2);
    }

    @Test
    void anIpv6SourceIsItsNetwork() {
        assertThat(allowed(InetAddress.ofLiteral("2001:db8::1"), 100, 1000)).isEqualTo(100);
        assertThat(allowed(InetAddress.ofLiteral("2001:db8::2"), 1, 1000)).isZero();
        assertThat(allowed(InetAddress.ofLiteral("2001:db8:0:1::1"), 1, 1000)).isEqualTo(1);
    }

    @Test
    void aFloodOfManySourcesDoesNotShutOutOneMore() throws UnknownHostException {
        for (int i = 0; i < 1_000_000; i++) {
            limiter.allow(
                    InetAddress.getByAddress(new byte[] {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i}), 100, 1000);
        }
        assertThat(allowed(ONE, 20, 1000)).isEqualTo(20);
    }

    private int allowed(InetAddress from, int times, long nowSeconds) {
        int allowed = 0;
        for (int i = 0; i < times; i++) {
            if (limiter.allow(from, 100, nowSeconds)) {
                allowed++;
            }
        }
        return allowed;
    }
}
