package io.sallyport.daemon.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DrainTest {
    private static final long SECOND = 1_000_000_000L;
    /** System.nanoTime may be anything, and may pass the largest number on the way. */
    private final long start = Long.parseLong("9223372033854775807");

    @Test
    void fewClientsAreToldAtTheVeryEnd() {
        Drain drain = new Drain(10, Duration.ofSeconds(30), start);
        assertThat(drain.mayStay(start)).isGreaterThanOrEqualTo(10);
        assertThat(drain.mayStay(start + 29 * SECOND)).isGreaterThanOrEqualTo(10);
        assertThat(drain.mayStay(start + 30 * SECOND - SECOND / 10)).isEqualTo(5);
        assertThat(drain.isOver(start + 30 * SECOND - 1)).isFalse();
        assertThat(drain.isOver(start + 30 * SECOND)).isTrue();
        assertThat(drain.mayStay(start + 31 * SECOND)).isZero();
    }

    @Test
    void aThousandAreToldFiftyASecond() {
        Drain drain = new Drain(1000, Duration.ofSeconds(30), start);
        assertThat(drain.mayStay(start + 10 * SECOND)).isGreaterThanOrEqualTo(1000);
        for (int second = 11; second <= 30; second++) {
            assertThat(drain.mayStay(start + second * SECOND)).isEqualTo((30 - second) * 50);
        }
    }

    @Test
    void moreThanThatAreSpreadOverAllOfTheTime() {
        Drain drain = new Drain(30_000, Duration.ofSeconds(30), start);
        assertThat(drain.mayStay(start)).isEqualTo(30_000);
        assertThat(drain.mayStay(start + 15 * SECOND)).isEqualTo(15_000);
    }

    @Test
    void withoutTimeAllAreToldAtOnce() {
        assertThat(new Drain(7, Duration.ZERO, start).mayStay(start)).isZero();
        assertThat(new Drain(0, Duration.ZERO, start).isOver(start)).isTrue();
    }
}
