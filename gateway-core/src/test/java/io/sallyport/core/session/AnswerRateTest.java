package io.sallyport.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerRateTest {
    private static final long SECOND = 1_000_000_000L;

    /** The monotonic clock may begin anywhere. */
    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 5, 1234567890123L})
    void tenAtOnceAndThenTenASecond(long start) {
        AnswerRate rate = new AnswerRate(10, start);
        assertThat(asMuchAsMayBe(rate, start)).isEqualTo(10);
        assertThat(asMuchAsMayBe(rate, start + TimeUnit.MILLISECONDS.toNanos(99)))
                .isZero();
        assertThat(asMuchAsMayBe(rate, start + TimeUnit.MILLISECONDS.toNanos(100)))
                .isEqualTo(1);
        assertThat(asMuchAsMayBe(rate, start + TimeUnit.MILLISECONDS.toNanos(600)))
                .isEqualTo(5);
        assertThat(asMuchAsMayBe(rate, start + TimeUnit.HOURS.toNanos(1))).isEqualTo(10);
    }

    /** The clock may begin anywhere, and come round. */
    @ParameterizedTest
    @ValueSource(longs = {0, -5, Long.MAX_VALUE - SECOND / 2})
    void fiftyAtOnceAndFiftyASecond(long start) {
        AnswerRate rate = new AnswerRate(50, start);
        assertThat(taken(rate, start)).isEqualTo(50);
        assertThat(taken(rate, start + SECOND / 50)).isEqualTo(1);
        assertThat(taken(rate, start + SECOND)).isEqualTo(49);
        assertThat(taken(rate, start + 60 * SECOND)).isEqualTo(50);
    }

    private static int taken(AnswerRate rate, long now) {
        int taken = 0;
        while (rate.take(now)) {
            taken++;
        }
        return taken;
    }

    private static int asMuchAsMayBe(AnswerRate rate, long now) {
        int answered = 0;
        while (!rate.areSpent(now)) {
            rate.count(now);
            answered++;
        }
        return answered;
    }
}
