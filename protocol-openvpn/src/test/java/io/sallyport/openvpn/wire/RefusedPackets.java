package io.sallyport.openvpn.wire;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.openvpn.wire.WireException.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every wrap with a key refuses of a packet that it would take. */
interface RefusedPackets {
    ControlWrap receiver();

    /** Hexadecimal; one that {@link #receiver} takes. */
    String firstPacket();

    @Test
    default void refusesEveryChangedBit() {
        byte[] packet = Octets.fromHex(firstPacket()).toByteArray();
        for (int bit = 0; bit < packet.length * 8; bit++) {
            byte[] changed = packet.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatExceptionOfType(WireException.class)
                    .as("bit %d", bit)
                    .isThrownBy(() -> receiver().unwrap(Unpooled.wrappedBuffer(changed)))
                    .matches(refusal -> refusal.fault() == Fault.NOT_AUTHENTIC || refusal.fault() == Fault.UNSUPPORTED);
        }
    }

    @Test
    default void refusesEveryTruncation() {
        ByteBuf whole = Hex.buffer(firstPacket());
        for (int length = 0; length < whole.readableBytes(); length++) {
            ByteBuf part = whole.slice(0, length);
            assertThatExceptionOfType(WireException.class)
                    .isThrownBy(() -> receiver().unwrap(part));
        }
    }

    @Test
    default void refusesOversizeBeforeAnyCryptography() {
        ByteBuf huge = Unpooled.buffer().writeZero(ControlPacket.MAX_OCTETS + 1);
        assertThatExceptionOfType(WireException.class)
                .isThrownBy(() -> receiver().unwrap(huge))
                .extracting(WireException::fault)
                .isEqualTo(Fault.TOO_LARGE);
    }

    @Test
    default void throwsNothingUncheckedWhateverComes() {
        Mutations.neverThrowUnchecked(List.of(Octets.fromHex(firstPacket()).toByteArray()), receiver()::unwrap);
    }
}
