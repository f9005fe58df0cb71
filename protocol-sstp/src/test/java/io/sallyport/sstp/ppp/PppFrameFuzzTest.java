package io.sallyport.sstp.ppp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** The fields of any frame, with octets behind it that are none of it. */
class PppFrameFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void everyFrameHasItsFieldsWithinOrIsMalformed(byte[] octets) {
        ByteBuf frame = Unpooled.copiedBuffer(octets, new byte[] {0x21, 0x21});
        frame.writerIndex(octets.length);
        int protocol = PppFrame.protocol(frame);
        int at = PppFrame.informationAt(frame);
        assertThat(frame.readerIndex()).isZero();
        if (protocol == PppFrame.MALFORMED || at == PppFrame.MALFORMED) {
            assertThat(protocol).isEqualTo(at);
            return;
        }
        assertThat(PppProtocol.isNumber(protocol)).isTrue();
        assertThat(at).isBetween(1, Math.min(PppFrame.MAX_HEADER_OCTETS, octets.length));
        for (int compression = 0; compression < 4; compression++) {
            ByteBuf again = Unpooled.buffer().writeZero(PppFrame.MAX_HEADER_OCTETS);
            again.writeBytes(frame, at, octets.length - at).skipBytes(PppFrame.MAX_HEADER_OCTETS);
            // RFC 1661 §6.5: 0x00ff is never compressed, and nobody has it.
            boolean oneOctet = (compression & 2) != 0 && protocol != 0xff;
            PppFrame.writeHeader(again, protocol, (compression & 1) != 0, oneOctet);
            assertThat(PppFrame.protocol(again)).isEqualTo(protocol);
            assertThat(again.writerIndex() - PppFrame.informationAt(again)).isEqualTo(octets.length - at);
        }
    }
}
