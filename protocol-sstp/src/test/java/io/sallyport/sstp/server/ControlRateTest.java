package io.sallyport.sstp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlRateTest {
    private static final long SECOND = 1_000_000_000L;

    /** The clock may begin anywhere, and come round. */
    @ParameterizedTest
    @ValueSource(longs = {0, -5, Long.MAX_VALUE - SECOND / 2})
    void fiftyAtOnceAndFiftyASecond(long start) {
        ControlRate rate = new ControlRate(start);
        assertThat(taken(rate, start)).isEqualTo(50);
        assertThat(taken(rate, start + SECOND / 50)).isEqualTo(1);
        assertThat(taken(rate, start + SECOND)).isEqualTo(49);
        assertThat(taken(rate, start + 60 * SECOND)).isEqualTo(50);
    }

    private static int taken(ControlRate rate, long now) {
        int taken = 0;
        while (rate.take(now)) {
            taken++;
        }
        return taken;
    }
}
