package io.sallyport.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerRateTest {
    /** The monotonic clock may begin anywhere. */
    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 5, 1234567890123L})
    void tenAtOnceAndThenTenASecond(long start) {
        AnswerRate rate = new AnswerRate(start);
        assertThat(asMuchAsMayBe(rate, start)).isEqualTo(10);
        assertThat(asMuchAsMayBe(rate, start + TimeUnit.MILLISECONDS.toNanos(99)))
                .isZero();
        assertThat(asMuchAsMayBe(rate, start + TimeUnit.MILLISECONDS.toNanos(100)))
                .isEqualTo(1);
        assertThat(asMuchAsMayBe(rate, start + TimeUnit.MILLISECONDS.toNanos(600)))
                .isEqualTo(5);
        assertThat(asMuchAsMayBe(rate, start + TimeUnit.HOURS.toNanos(1))).isEqualTo(10);
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
