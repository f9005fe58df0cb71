package io.sallyport.sstp.ppp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PppFrameTest {
    @ParameterizedTest
    @CsvSource({
        "ff03002145, 0021, 4",
        "ff032145, 0021, 3",
        "002145, 0021, 2",
        "2145, 0021, 1",
        "5760, 0057, 1",
        "ff030057, 0057, 4",
        "ff03c02101, c021, 4",
        "c02101, c021, 2",
        "80fd01, 80fd, 2"
    })
    void findsProtocolAndInformation(String hex, String protocol, int at) {
        ByteBuf frame =
                Unpooled.wrappedBuffer(Octets.fromHex("99" + hex).toByteArray()).skipBytes(1);
        assertThat(PppFrame.protocol(frame)).isEqualTo(Integer.parseInt(protocol, 16));
        assertThat(PppFrame.informationAt(frame)).isEqualTo(1 + at);
        assertThat(frame.readerIndex()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"''", "ff", "ff03", "ff0300", "ff04002145", "00", "0020", "c020", "c0", "ff03ff", "ff03ff21", "ff21"})
    void seesWhatIsNoFrame(String hex) {
        // What follows the frame in its buffer is not read.
        ByteBuf frame = Unpooled.wrappedBuffer(Octets.fromHex(hex + "2121").toByteArray());
        frame.writerIndex(hex.length() / 2);
        assertThat(PppFrame.protocol(frame)).isEqualTo(PppFrame.MALFORMED);
        assertThat(PppFrame.informationAt(frame)).isEqualTo(PppFrame.MALFORMED);
    }

    @ParameterizedTest
    @CsvSource({
        "0021, false, false, ff030021",
        "0021, true, false, 0021",
        "0021, false, true, ff0321",
        "0057, true, true, 57",
        "8021, true, true, 8021",
        "c021, true, true, ff03c021"
    })
    void writesTheHeaderBeforeThePacket(String protocol, boolean address, boolean shorter, String header) {
        ByteBuf packet = Unpooled.wrappedBuffer(Octets.fromHex("eeeeeeeeee4500").toByteArray())
                .skipBytes(5);
        PppFrame.writeHeader(packet, Integer.parseInt(protocol, 16), address, shorter);
        assertThat(Octets.read(packet.slice()).toHex()).isEqualTo(header + "4500");
    }

    @Test
    void noOctetsThrowAnything() {
        Random random = new Random(2);
        for (int i = 0; i < 100_000; i++) {
            byte[] octets = new byte[random.nextInt(6)];
            random.nextBytes(octets);
            if (octets.length > 1 && i % 2 == 0) {
                octets[0] = (byte) 0xff;
                octets[1] = 3;
            }
            ByteBuf frame = Unpooled.wrappedBuffer(octets);
            assertThatCode(() -> {
                        int at = PppFrame.informationAt(frame);
                        assertThat(at).isLessThanOrEqualTo(frame.writerIndex());
                        assertThat(at == PppFrame.MALFORMED).isEqualTo(PppFrame.protocol(frame) == PppFrame.MALFORMED);
                    })
                    .doesNotThrowAnyException();
        }
    }
}
