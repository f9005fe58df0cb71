package io.sallyport.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class FairLimitTest {
    private static final int LIMIT = 4096;

    private final FairLimit places = new FairLimit();

    @Test
    void oneSourceHasAsManyAsItLikesUntilHalfAreTaken() {
        assertThat(entered("192.0.2.1", LIMIT)).isEqualTo(LIMIT / 2);
    }

    @Test
    void fourSourcesDoNotShutOutASiteOfFiftyUsers() {
        for (int i = 1; i <= 4; i++) {
            entered("192.0.2." + i, LIMIT);
        }
        assertThat(entered("198.51.100.7", 50)).isEqualTo(50);
    }

    @Test
    void thirtySourcesThatWantEverythingLeaveAnotherOneSome() {
        for (int i = 0; i < 30; i++) {
            entered("192.0.2." + i, LIMIT);
        }
        assertThat(entered("198.51.100.7", 5)).isEqualTo(5);
    }

    /** 2048 are free: the k-th of one source finds 2048 - k. */
    @Test
    void aSourceHasASixteenthOfWhatIsFreeOnceHalfAreTaken() {
        for (int i = 0; i < LIMIT / 2; i++) {
            assertThat(places.enter(InetAddress.ofLiteral("10.0." + i / 256 + "." + i % 256), LIMIT))
                    .isTrue();
        }
        assertThat(entered("192.0.2.1", LIMIT)).isEqualTo(120);
        assertThat(entered("192.0.2.1", LIMIT)).isZero();
    }

    @Test
    void oneSiteOfIpv6HasHalfHoweverManyPrefixesItUses() {
        assertThat(enteredOfSite(LIMIT)).isEqualTo(LIMIT / 2);
        assertThat(entered("198.51.100.7", 50)).isEqualTo(50);
    }

    /** 2048 are free: the k-th of one site finds 2048 - k, and eight times a sixteenth of that is half of it. */
    @Test
    void aSiteOfIpv6HasEightSourcesPartOnceHalfAreTaken() {
        for (int i = 0; i < LIMIT / 2; i++) {
            places.enter(InetAddress.ofLiteral("10.0." + i / 256 + "." + i % 256), LIMIT);
        }
        assertThat(enteredOfSite(LIMIT)).isEqualTo(680);
        assertThat(entered("2001:db8:2::1", 10)).isEqualTo(10);
        assertThat(entered("198.51.100.7", 50)).isEqualTo(50);
    }

    @Test
    void aSourceNeverHasMoreThanItsOwnLimit() {
        int entered = 0;
        for (int i = 0; i < LIMIT; i++) {
            entered += places.enter(InetAddress.ofLiteral("192.0.2.1"), LIMIT, 256, false) ? 1 : 0;
        }
        assertThat(entered).isEqualTo(256);
    }

    @Test
    void whereItIsCrowdedASourceHasItsPartFromTheBeginning() {
        int entered = 0;
        for (int i = 0; i < LIMIT; i++) {
            entered += places.enter(InetAddress.ofLiteral("192.0.2.1"), LIMIT, 256, true) ? 1 : 0;
        }
        assertThat(entered).isEqualTo(LIMIT / 2 / FairLimit.SHARE);
    }

    @Test
    void anIpv6SourceIsItsPrefixAndAMappedOneItsIpv4Address() {
        assertThat(FairLimit.source(InetAddress.ofLiteral("2001:db8:0:1::1")))
                .isEqualTo(FairLimit.source(InetAddress.ofLiteral("2001:db8:0:1:ffff::2")))
                .isNotEqualTo(FairLimit.source(InetAddress.ofLiteral("2001:db8:0:2::1")));
        assertThat(FairLimit.source(InetAddress.ofLiteral("192.0.2.1"))).isEqualTo(0xc0000201L);
    }

    @Test
    void thereIsAnEndForAllAndWhoLeavesIsForgotten() {
        for (int i = 0; i < 100; i++) {
            assertThat(places.enter(InetAddress.ofLiteral("198.51.100." + i), 100))
                    .isTrue();
        }
        assertThat(places.enter(InetAddress.ofLiteral("192.0.2.1"), 100)).isFalse();
        assertThat(places.count()).isEqualTo(100);
        for (int i = 0; i < 100; i++) {
            places.leave(InetAddress.ofLiteral("198.51.100." + i));
        }
        assertThat(places.count()).isZero();
        assertThat(places.sources()).isZero();
    }

    @Test
    void aSiteThatLeavesHasItsPartAgain() {
        for (int i = 0; i < 8; i++) {
            assertThat(places.enter(ofSite(i), 40, 1, true)).isTrue();
        }
        assertThat(places.enter(ofSite(8), 40, 1, true)).isFalse();
        for (int i = 0; i < 8; i++) {
            places.leave(ofSite(i));
        }
        assertThat(places.enter(ofSite(8), 40, 1, true)).isTrue();
    }

    @Test
    void oneWhoseSourceIsToldLaterCountsFromTheBeginning() {
        for (int i = 0; i < LIMIT / 2; i++) {
            assertThat(places.enterUntold(LIMIT)).isTrue();
        }
        assertThat(entered("192.0.2.1", LIMIT)).isEqualTo(120);
        assertThat(places.enterUntold(LIMIT)).isTrue();
        assertThat(places.tell(InetAddress.ofLiteral("192.0.2.1"), LIMIT, LIMIT, false))
                .isFalse();
        assertThat(places.count()).isEqualTo(LIMIT / 2 + 120);
    }

    /** Each from a /64 of its own in one /48. */
    private int enteredOfSite(int times) {
        int entered = 0;
        for (int i = 0; i < times; i++) {
            entered += places.enter(ofSite(i), LIMIT) ? 1 : 0;
        }
        return entered;
    }

    private static InetAddress ofSite(int prefix) {
        return InetAddress.ofLiteral("2001:db8:1:" + Integer.toHexString(prefix) + "::1");
    }

    private int entered(String from, int times) {
        int entered = 0;
        for (int i = 0; i < times; i++) {
            entered += places.enter(InetAddress.ofLiteral(from), LIMIT) ? 1 : 0;
        }
        return entered;
    }
}
