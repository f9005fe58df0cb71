package io.sallyport.core.packet;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** What comes out of a tunnel, in a buffer that ends where the packet does: nothing beyond it can be read. */
class PacketFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void nothingOutsideOfThePacketIsReadOrWritten(byte[] octets) {
        ByteBuf packet = Unpooled.wrappedBuffer(octets.clone());
        if (!IpPacket.wellFormed(packet)) {
            assertThat(packet.readableBytes()).isEqualTo(octets.length);
            return;
        }
        int length = packet.readableBytes();
        boolean clamped = MssClamp.clamp(packet, 1000, 980);
        boolean again = MssClamp.clamp(packet, 1000, 980);
        assertThat(again).as("the second time").isFalse();
        assertThat(packet.readableBytes()).isEqualTo(length);
        for (int i = length; i < octets.length; i++) {
            assertThat(packet.array()[i]).isEqualTo(octets[i]);
        }
        if (!clamped) {
            assertThat(packet.array()).isEqualTo(octets);
        }
    }
}
