package io.sallyport.sstp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.sstp.wire.ControlMessage.CallConnectNak;

/** Any control message with its attributes; what is said about a refused one is a message too. */
class ControlMessagesFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void everyMessageIsReadOrRefusedWithReasons(byte[] octets) throws WireException {
        ControlMessage message;
        try {
            message = ControlMessages.decode(Unpooled.wrappedBuffer(octets));
        } catch (WireException refused) {
            assertThat(refused.reasons()).isNotEmpty();
            message = new CallConnectNak(refused.reasons());
        }
        ByteBuf packet = Unpooled.buffer();
        ControlMessages.encode(message, packet);
        assertThat(packet.readableBytes()).isLessThanOrEqualTo(SstpPacket.MAX_OCTETS);
        assertThat(SstpPacket.length(packet, 0)).isEqualTo(packet.readableBytes());
        assertThat(ControlMessages.decode(packet.skipBytes(SstpPacket.HEADER_OCTETS)))
                .isEqualTo(message);
    }
}
