package io.sallyport.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayWindowTest {
    /** What a replay window means, without any cleverness. */
    private static final class Model {
        private final Set<Long> seen = new HashSet<>();
        private final int width;
        private long highest;

        Model(int width) {
            this.width = width;
        }

        boolean check(long counter) {
            if (seen.isEmpty() || Long.compareUnsigned(counter, highest) > 0) {
                return true;
            }
            return Long.compareUnsigned(highest - counter, width) < 0 && !seen.contains(counter);
        }

        boolean mark(long counter) {
            if (!check(counter)) {
                return false;
            }
            if (seen.isEmpty() || Long.compareUnsigned(counter, highest) > 0) {
                highest = counter;
            }
            return seen.add(counter);
        }
    }

    @Test
    void coversAtLeastWhatIsAskedFor() {
        assertThat(new ReplayWindow().width()).isEqualTo(1984);
        for (int atLeast = 1; atLeast < 5000; atLeast++) {
            assertThat(new ReplayWindow(atLeast).width()).isGreaterThanOrEqualTo(atLeast);
        }
    }

    @Test
    void refusesWidthsThatMakeNoSense() {
        assertThatThrownBy(() -> new ReplayWindow(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ReplayWindow((1 << 20) + 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void acceptsEachCounterOnce() {
        ReplayWindow window = new ReplayWindow();
        for (long counter = 0; counter < 10_000; counter++) {
            assertThat(window.check(counter)).isTrue();
            assertThat(window.mark(counter)).isTrue();
            assertThat(window.check(counter)).isFalse();
            assertThat(window.mark(counter)).isFalse();
        }
    }

    @Test
    void checkingMarksNothing() {
        ReplayWindow window = new ReplayWindow();
        assertThat(window.check(1L << 40)).isTrue();
        assertThat(window.mark(1)).isTrue();
    }

    @Test
    void acceptsTheOldestInsideAndRefusesTheFirstOutside() {
        ReplayWindow window = new ReplayWindow();
        long highest = 1_000_000;
        window.mark(highest);
        assertThat(window.check(highest - window.width())).isFalse();
        assertThat(window.mark(highest - window.width() + 1)).isTrue();
        assertThat(window.mark(highest - window.width() + 1)).isFalse();
    }

    @Test
    void reachesTheLastCounterAndDoesNotWrap() {
        ReplayWindow window = new ReplayWindow();
        assertThat(window.mark(Long.MAX_VALUE)).isTrue();
        assertThat(window.mark(Long.MIN_VALUE)).isTrue();
        assertThat(window.mark(-1)).isTrue();
        assertThat(window.mark(-2)).isTrue();
        assertThat(window.mark(-1)).isFalse();
        assertThat(window.mark(0)).isFalse();
        assertThat(window.mark(Long.MAX_VALUE)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 65, 1024, 4096})
    void agreesWithTheModelOnEveryOrderOfSteps(int atLeast) {
        Random random = new Random(atLeast);
        for (int run = 0; run < 20; run++) {
            ReplayWindow window = new ReplayWindow(atLeast);
            Model model = new Model(window.width());
            long at = random.nextBoolean() ? random.nextInt(5000) : random.nextLong();
            for (int step = 0; step < 3000; step++) {
                at = nextCounter(random, at, window.width());
                assertThat(window.check(at)).isEqualTo(model.check(at));
                if (random.nextInt(8) != 0) {
                    assertThat(window.mark(at)).isEqualTo(model.mark(at));
                }
            }
        }
    }

    /** Mostly near, before and after; now and then a jump of a window or more, or anywhere. */
    private static long nextCounter(Random random, long at, int width) {
        return switch (random.nextInt(40)) {
            case 0 -> at + random.nextInt(3 * width);
            case 1 -> at - random.nextInt(2 * width);
            case 2 -> at + width;
            case 3 -> at - width;
            default -> at + random.nextInt(9) - 3;
        };
    }
}
