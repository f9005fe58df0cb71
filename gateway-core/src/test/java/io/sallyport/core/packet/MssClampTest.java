package io.sallyport.core.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MssClampTest {
    private static final String MSS_1460 = "020405b4";

    /** A SYN with these options, padded to whole words, and a right checksum. */
    private static ByteBuf syn4(String options) {
        ByteBuf segment = segment(options);
        ByteBuf packet = Unpooled.buffer().writeZero(20).writeBytes(segment);
        Ipv4.set(packet, 0, packet.writerIndex(), 6, 64, 0x0a000001, 0x0a000002);
        return withChecksum(packet, 20);
    }

    private static ByteBuf syn6(String options, String extensionHeaders, int firstHeader) {
        byte[] extensions = Octets.fromHex(extensionHeaders).toByteArray();
        ByteBuf packet = Unpooled.buffer().writeZero(40).writeBytes(extensions).writeBytes(segment(options));
        Ipv6.set(packet, 0, packet.writerIndex() - 40, firstHeader, 64);
        Ipv6.setSource(packet, 0, 0xfd00000000000000L, 1);
        Ipv6.setDestination(packet, 0, 0xfd00000000000000L, 2);
        return withChecksum(packet, 40 + extensions.length);
    }

    private static ByteBuf segment(String options) {
        byte[] octets = Octets.fromHex(options).toByteArray();
        int padded = (octets.length + 3) / 4 * 4;
        ByteBuf tcp = Unpooled.buffer().writeInt(0x303901bb).writeLong(0x1234567800000000L);
        tcp.writeByte(((20 + padded) / 4) << 4).writeByte(2).writeShort(64240).writeInt(0);
        return tcp.writeBytes(octets).writeZero(padded - octets.length);
    }

    private static ByteBuf withChecksum(ByteBuf packet, int tcp) {
        packet.setShort(tcp + 16, 0);
        packet.setShort(tcp + 16, Checksum.finish(transport(packet, tcp)));
        return packet;
    }

    private static long transport(ByteBuf packet, int tcp) {
        int length = packet.writerIndex() - tcp;
        return Checksum.pseudoHeader(packet, 0, 6, length) + Checksum.sum(packet, tcp, length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                MSS_1460,
                MSS_1460 + "0402080a0000000000000000",
                "01" + MSS_1460,
                "0101" + MSS_1460,
                "0402" + MSS_1460 + "00",
                "0303070101" + MSS_1460
            })
    void lowersTheMssWhereverItIsAndKeepsTheChecksumRight(String options) {
        ByteBuf packet = syn4(options);
        int field = 20 + 20 + options.indexOf(MSS_1460) / 2 + 2;
        assertThat(MssClamp.clamp(packet, 1360, 1340)).isTrue();
        assertThat(packet.getUnsignedShort(field)).isEqualTo(1360);
        assertThat(Checksum.finish(transport(packet, 20))).isZero();
        assertThat(MssClamp.clamp(packet, 1360, 1340)).isFalse();
    }

    @Test
    void lowersIpv6ToItsOwnMaximum() {
        ByteBuf packet = syn6(MSS_1460, "", 6);
        assertThat(MssClamp.clamp(packet, 1360, 1340)).isTrue();
        assertThat(packet.getUnsignedShort(40 + 20 + 2)).isEqualTo(1340);
        assertThat(Checksum.finish(transport(packet, 40))).isZero();
    }

    @Test
    void findsTheSegmentBehindExtensionHeaders() {
        ByteBuf packet = syn6(MSS_1460, "3c00010400000000" + "0601000000000000" + "0000000000000000", 0);
        assertThat(MssClamp.clamp(packet, 1360, 1340)).isTrue();
        assertThat(packet.getUnsignedShort(40 + 24 + 20 + 2)).isEqualTo(1340);
    }

    @Test
    void aPartialChecksumStays() {
        ByteBuf packet = syn4(MSS_1460);
        packet.setShort(20 + 16, 0xabcd);
        assertThat(MssClamp.clampPartial(packet, 1360, 1340)).isTrue();
        assertThat(packet.getUnsignedShort(42)).isEqualTo(1360);
        assertThat(packet.getUnsignedShort(20 + 16)).isEqualTo(0xabcd);
    }

    /** Smaller already; no option; end before it; lengths 0, 1, 3, 5, beyond the list; a kind with its length missing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "02040550",
                "",
                "00" + MSS_1460,
                "020005b4",
                "020105b4",
                "020305b4",
                "020505b4",
                "02ff05b4",
                "03000000" + MSS_1460,
                "01010102",
                "080a0204",
                "01010204"
            })
    void leavesOptionsAloneThatItCannotOrNeedNotLower(String options) {
        ByteBuf packet = syn4(options);
        ByteBuf before = packet.copy();
        assertThat(MssClamp.clamp(packet, 1360, 1340)).isFalse();
        assertThat(packet).isEqualTo(before);
    }

    @Test
    void leavesEverythingButASynAlone() {
        ByteBuf ack = syn4(MSS_1460).setByte(20 + 13, 0x10);
        ByteBuf udp = syn4(MSS_1460).setByte(9, 17);
        ByteBuf laterFragment = syn4(MSS_1460).setShort(6, 1);
        ByteBuf fragment6 = syn6(MSS_1460, "0600000000000000", 44);
        for (ByteBuf packet : new ByteBuf[] {ack, udp, laterFragment, fragment6}) {
            assertThat(MssClamp.clamp(packet, 1360, 1340)).isFalse();
        }
    }

    @Test
    void neverTouchesAnythingOutsideThePacket() {
        Random random = new Random(9293);
        ByteBuf[] seeds = {
            syn4("0101" + MSS_1460 + "0402"), syn6(MSS_1460, "", 6), syn6(MSS_1460, "0600010400000000", 0)
        };
        for (int round = 0; round < 100_000; round++) {
            ByteBuf seed = seeds[random.nextInt(seeds.length)];
            // a buffer that ends where the packet ends: reading on would throw
            byte[] octets = new byte[random.nextInt(seed.writerIndex() + 1)];
            seed.getBytes(0, octets);
            for (int mutation = random.nextInt(4); mutation > 0 && octets.length > 0; mutation--) {
                octets[random.nextInt(octets.length)] = (byte) random.nextInt();
            }
            ByteBuf packet = Unpooled.wrappedBuffer(octets);
            boolean changed = MssClamp.clamp(packet, 1360, 1340);
            assertThat(packet.readableBytes()).isEqualTo(octets.length);
            assertThat(changed && octets.length < 44).isFalse();
        }
    }
}
