package io.sallyport.core.tun;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.core.packet.PacketBuffers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TunOpeningTest {
    @Test
    void refusesNameOfSixteenCharacters() {
        assertThatThrownBy(() -> TunOpening.open("a123456789012345", 1400, 1))
                .isInstanceOf(TunException.class)
                .hasMessage("The TUN device name \"a123456789012345\" has 16 characters: choose one of at most 15.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "tun%d", "a b", "a:b", "-x", "tün"})
    void refusesNameThatTheKernelOrAShellWouldTakeAmiss(String name) {
        assertThatThrownBy(() -> TunOpening.open(name, 1400, 1))
                .isInstanceOf(TunException.class)
                .hasMessageContaining("is not usable");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 575, PacketBuffers.MAX_PACKET + 1})
    void refusesMtuThatDoesNotFitTheBuffers(int mtu) {
        assertThatThrownBy(() -> TunOpening.open("sally0", mtu, 1))
                .isInstanceOf(TunException.class)
                .hasMessageContaining("MTU of " + mtu);
    }
}
