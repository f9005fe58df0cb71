package io.sallyport.core.port443;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class UndecidedLimitTest {
    private static final InetAddress A = InetAddress.ofLiteral("192.0.2.1");

    @Test
    void countsAnIpv6Site() {
        UndecidedLimit limit = new UndecidedLimit(1, 10);
        assertThat(limit.enter(InetAddress.ofLiteral("2001:db8:0:1::1"))).isTrue();
        assertThat(limit.enter(InetAddress.ofLiteral("2001:db8:0:1:ffff::2"))).isFalse();
        assertThat(limit.enter(InetAddress.ofLiteral("2001:db8:0:2::1"))).isTrue();
    }

    @Test
    void refusesOverTheTotalAndForgetsWhoLeft() {
        UndecidedLimit limit = new UndecidedLimit(10, 2);
        InetAddress b = InetAddress.ofLiteral("192.0.2.2");
        assertThat(limit.enter(A)).isTrue();
        assertThat(limit.enter(b)).isTrue();
        assertThat(limit.enter(A)).isFalse();
        assertThat(limit.undecided()).isEqualTo(2);
        limit.leave(A);
        limit.leave(b);
        assertThat(limit.undecided()).isZero();
        assertThat(limit.sources()).isZero();
    }

    /** Sources that each hold what they may leave a place for one more, also where a proxy tells them. */
    @Test
    void manySourcesTogetherDoNotTakeEveryPlace() {
        for (boolean told : new boolean[] {false, true}) {
            UndecidedLimit limit = new UndecidedLimit(64, 4096);
            for (int i = 0; i < 64; i++) {
                for (int k = 0; k < 64; k++) {
                    InetAddress source = InetAddress.ofLiteral("198.51.100." + i);
                    var _ = told ? limit.enterUntold() && limit.tell(source) : limit.enter(source);
                }
            }
            assertThat(limit.undecided()).isBetween(2048, 4000);
            assertThat(limit.enter(A)).isTrue();
            assertThat(limit.enterUntold() && limit.tell(A)).isTrue();
        }
    }

    @Test
    void untilHalfAreTakenASourceHasAllThatItMay() {
        UndecidedLimit limit = new UndecidedLimit(64, 4096);
        for (int i = 0; i < 31 * 64; i++) {
            assertThat(limit.enter(InetAddress.ofLiteral("198.51.100." + i / 64)))
                    .isTrue();
        }
        for (int k = 0; k < 64; k++) {
            assertThat(limit.enter(A)).isTrue();
        }
        assertThat(limit.enter(A)).isFalse();
    }

    @Test
    void aRefusedOneLeavesNoTrace() {
        UndecidedLimit limit = new UndecidedLimit(1, 10);
        assertThat(limit.enter(A)).isTrue();
        for (int i = 0; i < 20; i++) {
            assertThat(limit.enter(A)).isFalse();
        }
        limit.leave(A);
        assertThat(limit.sources()).isZero();
        assertThat(limit.undecided()).isZero();
        assertThat(limit.enter(A)).isTrue();
    }
}
