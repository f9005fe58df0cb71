package io.sallyport.sstp.ppp;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Octets;
import org.junit.jupiter.api.Test;

class IdentificationTest {
    @Test
    void readsWhatWindowsSaysThatItIs() {
        // "MSRASV5.20", as RFC 1570 §2.1 frames it
        Octets packet = Octets.fromHex("0c 02 0012 11223344 4d535241 5356352e 3230");
        assertThat(Identification.isIn(packet)).isTrue();
        assertThat(Identification.message(packet)).isEqualTo("MSRASV5.20");
    }

    @Test
    void otherPacketsAndTruncatedOnesSayNothing() {
        assertThat(Identification.isIn(Octets.fromHex("01 02 000c 11223344 4d535241")))
                .isFalse();
        assertThat(Identification.isIn(Octets.fromHex("0c 02 0012 112233"))).isFalse();
        assertThat(Identification.isIn(Octets.EMPTY)).isFalse();
    }

    @Test
    void keepsNoMoreThanIsOfInterest() {
        Octets packet = Octets.fromHex("0c 02 0012 11223344" + "41".repeat(1000));
        assertThat(Identification.message(packet)).hasSize(64);
    }
}
