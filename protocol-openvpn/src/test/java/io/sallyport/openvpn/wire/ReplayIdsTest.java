package io.sallyport.openvpn.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReplayIdsTest {
    private final ReplayIds ids = new ReplayIds(1000, 1);

    @Test
    void numbersAfterWhatWasSentStatelessly() {
        assertThat(ids.next()).isEqualTo(new ReplayId(1000, 2));
        assertThat(ids.next()).isEqualTo(new ReplayId(1000, 3));
    }

    @Test
    void beginsAnewAfterTheLastCount() {
        ReplayIds last = new ReplayIds(1000, 0xffff_fffeL);
        assertThat(last.next()).isEqualTo(new ReplayId(1000, 0xffff_ffffL));
        assertThat(last.next()).isEqualTo(new ReplayId(1001, 1));
    }

    @Test
    void acceptsEachIdOnceInAnyOrderInsideTheWindow() {
        assertThat(ids.accept(new ReplayId(5, 3))).isTrue();
        assertThat(ids.accept(new ReplayId(5, 1))).isTrue();
        assertThat(ids.accept(new ReplayId(5, 2))).isTrue();
        assertThat(ids.accept(new ReplayId(5, 1))).isFalse();
        assertThat(ids.accept(new ReplayId(5, 3))).isFalse();
    }

    @Test
    void refusesWhatIsOlderThanTheWindow() {
        assertThat(ids.accept(new ReplayId(5, 100))).isTrue();
        assertThat(ids.accept(new ReplayId(5, 37))).isTrue();
        assertThat(ids.accept(new ReplayId(5, 36))).isFalse();
        assertThat(ids.accept(new ReplayId(5, 164))).isTrue();
        assertThat(ids.accept(new ReplayId(5, 100))).isFalse();
    }

    @Test
    void refusesZeroAndAnEarlierClock() {
        assertThat(ids.accept(new ReplayId(5, 0))).isFalse();
        assertThat(ids.accept(new ReplayId(5, 9))).isTrue();
        assertThat(ids.accept(new ReplayId(4, 10))).isFalse();
        assertThat(ids.accept(new ReplayId(6, 1))).isTrue();
        assertThat(ids.accept(new ReplayId(5, 10))).isFalse();
    }
}
