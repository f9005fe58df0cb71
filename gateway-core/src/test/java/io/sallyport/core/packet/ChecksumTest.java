package io.sallyport.core.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChecksumTest {
    private static ByteBuf hex(String hex) {
        return Unpooled.wrappedBuffer(Octets.fromHex(hex).toByteArray());
    }

    // RFC 1071 §3: the octets 00 01 f2 03 f4 f5 f6 f7 sum to ddf2 (carries added)
    @Test
    void sumsTheExampleOfRfc1071() {
        ByteBuf octets = hex("0001f203f4f5f6f7");
        assertThat(Checksum.finish(Checksum.sum(octets, 0, 8))).isEqualTo(~0xddf2 & 0xffff);
    }

    // RFC 1624 §4: a field goes from 0x5555 to 0x3285, checksum 0xdd2f, and the new checksum is 0x0000
    @Test
    void updatesTheExampleOfRfc1624() {
        assertThat(Checksum.update(0xdd2f, 0x5555, 0x3285)).isZero();
    }

    @Test
    void padsAnOddLastOctetWithZero() {
        assertThat(Checksum.sum(hex("0102ff"), 0, 3)).isEqualTo(0x0102 + 0xff00);
        assertThat(Checksum.sum(hex("01020304ff"), 0, 5)).isEqualTo(0x01020304L + 0xff00);
        assertThat(Checksum.sum(hex("010203040506ff"), 0, 7)).isEqualTo(0x01020304L + 0x0506 + 0xff00);
    }

    @Test
    void udpNeverSendsZero() {
        assertThat(Checksum.finish(0xffff)).isZero();
        assertThat(Checksum.finishUdp(0xffff)).isEqualTo(0xffff);
    }

    @Test
    void agreesWithAddingWordByWord() {
        Random random = new Random(1071);
        for (int round = 0; round < 2000; round++) {
            byte[] octets = new byte[random.nextInt(300)];
            random.nextBytes(octets);
            int from = octets.length == 0 ? 0 : random.nextInt(octets.length);
            ByteBuf buf = Unpooled.wrappedBuffer(octets);
            assertThat(Checksum.finish(Checksum.sum(buf, from, octets.length - from)))
                    .isEqualTo(~wordByWord(octets, from) & 0xffff);
        }
    }

    @Test
    void updateAgreesWithComputingAnew() {
        Random random = new Random(1624);
        for (int round = 0; round < 20_000; round++) {
            byte[] octets = new byte[8];
            random.nextBytes(octets);
            ByteBuf buf = Unpooled.wrappedBuffer(octets);
            int checksum = Checksum.finish(Checksum.sum(buf, 0, 8));
            int before = buf.getUnsignedShort(4);
            int after = random.nextInt(0x10000);
            buf.setShort(4, after);
            int anew = Checksum.finish(Checksum.sum(buf, 0, 8));
            assertThat(Checksum.update(checksum, before, after)).isEqualTo(anew);
        }
    }

    private static int wordByWord(byte[] octets, int from) {
        int sum = 0;
        for (int i = from; i < octets.length; i += 2) {
            sum += (octets[i] & 0xff) << 8;
            sum += i + 1 < octets.length ? octets[i + 1] & 0xff : 0;
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }
}
