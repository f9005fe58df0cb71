package io.sallyport.core.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpPacketTest {
    // 10.0.0.1 -> 192.168.2.3, TTL 64, protocol 17, 24 octets
    private static final String IPV4 = "45000018000040004011ac7e0a000001c0a8020301020304";
    // 2001:db8::1 -> fd00::1:2, next header 17, hop limit 63, 4 octets of payload
    private static final String IPV6 =
            "600000000004113f20010db8000000000000000000000001fd00000000000000000000000001000201020304";

    private static ByteBuf packet(String hex) {
        byte[] octets = Octets.fromHex(hex).toByteArray();
        return Unpooled.buffer().writeZero(3).writeBytes(octets).skipBytes(3);
    }

    @Test
    void readsTheIpv4Header() {
        ByteBuf packet = packet(IPV4);
        assertThat(IpPacket.wellFormed(packet)).isTrue();
        assertThat(IpPacket.version(packet, 3)).isEqualTo(4);
        assertThat(Ipv4.headerLength(packet, 3)).isEqualTo(20);
        assertThat(Ipv4.totalLength(packet, 3)).isEqualTo(24);
        assertThat(Ipv4.ttl(packet, 3)).isEqualTo(64);
        assertThat(Ipv4.protocol(packet, 3)).isEqualTo(Ipv4.PROTOCOL_UDP);
        assertThat(Ipv4.source(packet, 3)).isEqualTo(0x0a000001);
        assertThat(Ipv4.destination(packet, 3)).isEqualTo(0xc0a80203);
        assertThat(Ipv4.dontFragment(packet, 3)).isTrue();
        assertThat(Ipv4.isFragment(packet, 3)).isFalse();
    }

    @Test
    void readsTheIpv6Header() {
        ByteBuf packet = packet(IPV6);
        assertThat(IpPacket.wellFormed(packet)).isTrue();
        assertThat(IpPacket.version(packet, 3)).isEqualTo(6);
        assertThat(Ipv6.payloadLength(packet, 3)).isEqualTo(4);
        assertThat(Ipv6.nextHeader(packet, 3)).isEqualTo(17);
        assertThat(Ipv6.hopLimit(packet, 3)).isEqualTo(63);
        assertThat(Ipv6.sourceHigh(packet, 3)).isEqualTo(0x20010db800000000L);
        assertThat(Ipv6.sourceLow(packet, 3)).isEqualTo(1);
        assertThat(Ipv6.destinationHigh(packet, 3)).isEqualTo(0xfd00000000000000L);
        assertThat(Ipv6.destinationLow(packet, 3)).isEqualTo(0x10002);
    }

    @Test
    void writesAHeaderThatSumsToZero() {
        ByteBuf buf = Unpooled.buffer().writeZero(24);
        Ipv4.set(buf, 2, 20, 6, 64, 0x0a000001, 0x0a000002);
        assertThat(Checksum.finish(Checksum.sum(buf, 2, 20))).isZero();
        assertThat(Ipv4.source(buf, 2)).isEqualTo(0x0a000001);
        assertThat(Ipv4.isFragment(buf, 2)).isFalse();
        assertThat(buf.getShort(0)).isZero();
        assertThat(buf.getShort(22)).isZero();
    }

    @Test
    void writesAnIpv6HeaderThatReadsBack() {
        ByteBuf buf = Unpooled.buffer().writeZero(44);
        Ipv6.set(buf, 0, 4, 17, 63);
        Ipv6.setSource(buf, 0, 0x20010db800000000L, 1);
        Ipv6.setDestination(buf, 0, 0xfd00000000000000L, 0x10002);
        buf.setInt(40, 0x01020304);
        assertThat(buf).isEqualTo(packet(IPV6));
    }

    @ParameterizedTest
    @CsvSource({"0x4000,false,false", "0x2000,true,false", "0x2001,true,true", "0x0001,true,true", "0x0000,false,false"
    })
    void tellsFragmentsApart(String field, boolean fragment, boolean later) {
        ByteBuf packet = packet(IPV4);
        packet.setShort(3 + 6, Integer.decode(field));
        assertThat(Ipv4.isFragment(packet, 3)).isEqualTo(fragment);
        assertThat(Ipv4.isLaterFragment(packet, 3)).isEqualTo(later);
    }

    @ParameterizedTest
    @ValueSource(strings = {IPV4, IPV6})
    void refusesEveryTruncation(String hex) {
        ByteBuf whole = packet(hex);
        for (int length = 0; length < whole.readableBytes(); length++) {
            ByteBuf truncated = whole.copy(whole.readerIndex(), length);
            assertThat(IpPacket.wellFormed(truncated)).as("%s octets", length).isFalse();
            assertThat(truncated.readableBytes()).isEqualTo(length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {IPV4, IPV6})
    void cutsOffWhatFollowsThePacket(String hex) {
        ByteBuf padded = packet(hex + "00000000");
        assertThat(IpPacket.wellFormed(padded)).isTrue();
        assertThat(padded).isEqualTo(packet(hex));
    }

    @ParameterizedTest
    @CsvSource({
        "version 0, 0, 0x05",
        "version 5, 0, 0x55",
        "version 15, 0, 0xf5",
        "version 6 in 24 octets, 0, 0x65",
        "header of 0, 0, 0x40",
        "header of 16, 0, 0x44",
        "header longer than the packet, 0, 0x47",
        "length of 0x0118, 2, 0x01",
        "length of 25, 3, 25",
        "length of 19, 3, 19",
        "length of 0, 3, 0"
    })
    void refusesBadIpv4(String what, int at, String value) {
        ByteBuf packet = packet(IPV4);
        packet.setByte(3 + at, Integer.decode(value));
        assertThat(IpPacket.wellFormed(packet)).as(what).isFalse();
    }

    @Test
    void noOctetsBreakAnything() {
        Random random = new Random(791);
        for (int round = 0; round < 100_000; round++) {
            byte[] octets = new byte[random.nextInt(80)];
            random.nextBytes(octets);
            if (octets.length > 0 && random.nextBoolean()) {
                octets[0] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
            }
            ByteBuf packet = Unpooled.wrappedBuffer(octets);
            boolean good = IpPacket.wellFormed(packet);
            assertThat(packet.readableBytes()).isBetween(good ? 20 : 0, octets.length);
        }
    }
}
