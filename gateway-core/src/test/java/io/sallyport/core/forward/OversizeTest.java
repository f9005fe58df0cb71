package io.sallyport.core.forward;

import static io.sallyport.core.support.TestPackets.framed;
import static io.sallyport.core.support.TestPackets.packet;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sallyport.core.GatewaySettings;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.packet.Checksum;
import io.sallyport.core.packet.Ipv4;
import io.sallyport.core.packet.Ipv6;
import io.sallyport.core.session.Session;
import io.sallyport.core.support.RecordingLink;
import io.sallyport.core.support.TestGateway;
import io.sallyport.core.worker.Verdict;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets that are larger than the way to Alice, who has 10.8.0.2 and fd00::2 and takes 1300 octets; the network takes 1400. */
class OversizeTest {
    private static final int MTU = 1300;
    private static final int MAY_BE_CUT = 0;

    private final TestGateway gateway = new TestGateway();
    private final RecordingLink link = new RecordingLink().narrow(MTU);
    private final Session alice = gateway.up(0, Grant.of("alice"), link);

    @AfterEach
    void stop() {
        gateway.close();
    }

    /** On either worker's queue, Alice being on the first's. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void theSenderOfAnIpv4PacketThatMayNotBeCutIsToldWhatFits(int queue) {
        ByteBuf packet = packet("192.0.2.1", "10.8.0.2", MTU - 20 + 1);
        String octets = ByteBufUtil.hexDump(packet);
        send(queue, packet);
        assertThat(link.sent()).isEmpty();
        assertThat(gateway.drops(Verdict.TOO_BIG)).isEqualTo(1);

        ByteBuf message = onlyMessage();
        assertThat(message.readableBytes()).isEqualTo(576);
        assertThat(Ipv4.totalLength(message, 0)).isEqualTo(576);
        assertThat(Ipv4.protocol(message, 0)).isEqualTo(Ipv4.PROTOCOL_ICMP);
        assertThat(Ipv4.source(message, 0)).isEqualTo(0x0a080002);
        assertThat(Ipv4.destination(message, 0)).isEqualTo(0xc0000201);
        assertThat(Checksum.finish(Checksum.sum(message, 0, 20))).isZero();
        // RFC 1191 §4: type, code, checksum, unused, next-hop MTU
        assertThat(message.getUnsignedShort(20)).isEqualTo(0x0304);
        assertThat(message.getInt(24)).isEqualTo(MTU);
        assertThat(Checksum.finish(Checksum.sum(message, 20, 556))).isZero();
        assertThat(octets).startsWith(ByteBufUtil.hexDump(message, 28, 548));
    }

    @Test
    void theSenderOfAnIpv6PacketIsToldWhatFits() {
        ByteBuf packet = packet("2001:db8::1", "fd00::2", MTU - 40 + 1);
        String octets = ByteBufUtil.hexDump(packet);
        send(0, packet);
        assertThat(gateway.drops(Verdict.TOO_BIG)).isEqualTo(1);

        ByteBuf message = onlyMessage();
        int length = 1280 - Ipv6.HEADER_OCTETS;
        assertThat(message.readableBytes()).isEqualTo(1280);
        assertThat(Ipv6.payloadLength(message, 0)).isEqualTo(length);
        assertThat(Ipv6.nextHeader(message, 0)).isEqualTo(Ipv6.NEXT_HEADER_ICMPV6);
        assertThat(ByteBufUtil.hexDump(message, 8, 32))
                .isEqualTo("fd000000000000000000000000000002" + "20010db8000000000000000000000001");
        // RFC 4443 §3.2: type, code, checksum, MTU
        assertThat(message.getUnsignedShort(40)).isEqualTo(0x0200);
        assertThat(message.getInt(44)).isEqualTo(MTU);
        long sum = Checksum.pseudoHeader(message, 0, Ipv6.NEXT_HEADER_ICMPV6, length);
        assertThat(Checksum.finish(sum + Checksum.sum(message, 40, length))).isZero();
        assertThat(octets).startsWith(ByteBufUtil.hexDump(message, 48, length - 8));
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1, 10.8.0.2", "2001:db8::1, fd00::2"})
    void whatFitsPassesUnchanged(String source, String destination) {
        ByteBuf packet = packet(source, destination, MTU - (source.contains(":") ? 40 : 20));
        String octets = ByteBufUtil.hexDump(packet);
        send(0, packet);
        assertThat(link.sent()).containsExactly(octets);
        assertThat(gateway.network.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1301, 1320, 1400})
    void anIpv4PacketThatMayBeCutArrivesInFragments(int octets) {
        ByteBuf packet = fragment(octets, MAY_BE_CUT);
        String payload = payload(ByteBufUtil.hexDump(packet));
        send(0, packet);
        assertThat(link.sent()).hasSize(2);
        assertThat(link.sent()).allMatch(OversizeTest::isWhole).allMatch(piece -> piece.length() <= 2 * MTU);
        // RFC 791 §3.1: identification, flags and offset; 1280 is 160 units of 8 octets
        assertThat(word(link.sent().get(0), 4)).isEqualTo(0x12342000);
        assertThat(word(link.sent().get(1), 4)).isEqualTo(0x123400a0);
        assertThat(payload(link.sent().get(0)) + payload(link.sent().get(1))).isEqualTo(payload);
        assertThat(gateway.drops(Verdict.TOO_BIG)).isZero();
        assertThat(gateway.network.received()).isEmpty();
    }

    @Test
    void aFragmentIsCutIntoFragmentsOfTheSameDatagram() {
        // more follow, and it begins at unit 1000
        send(0, fragment(1316, 0x2000 | 1000));
        assertThat(word(link.sent().get(0), 4)).isEqualTo(0x12342000 | 1000);
        assertThat(word(link.sent().get(1), 4)).isEqualTo(0x12342000 | 1160);
    }

    @Test
    void aNarrowLinkIsFilledWithManyFragments() {
        link.narrow(576);
        TestGateway.on(alice.worker(), () -> {
            alice.linkChanged();
            return true;
        });
        ByteBuf packet = fragment(1400, MAY_BE_CUT);
        String payload = payload(ByteBufUtil.hexDump(packet));
        send(0, packet);
        assertThat(link.sent()).hasSize(3).allMatch(OversizeTest::isWhole).allMatch(piece -> piece.length() <= 2 * 576);
        assertThat(String.join(
                        "", link.sent().stream().map(OversizeTest::payload).toList()))
                .isEqualTo(payload);
    }

    @Test
    void aPacketWithOptionsIsNotCut() {
        ByteBuf packet = fragment(1400, MAY_BE_CUT);
        packet.setByte(packet.readerIndex(), 0x46);
        send(0, packet);
        assertThat(link.sent()).isEmpty();
        assertThat(gateway.drops(Verdict.TOO_BIG)).isEqualTo(1);
        assertThat(gateway.network.received()).hasSize(1);
    }

    /** RFC 1812 §4.3.2.7, RFC 4443 §2.4 (e). */
    @ParameterizedTest
    @CsvSource({"0, 1", "3, 0", "5, 0", "8, 1", "11, 0", "12, 0", "13, 1", "18, 1"})
    void nobodyIsToldAboutAnIcmpError(int type, int messages) {
        ByteBuf packet = packet("192.0.2.1", "10.8.0.2", 1380);
        int at = packet.readerIndex();
        Ipv4.set(packet, at, 1400, Ipv4.PROTOCOL_ICMP, 64, 0xc0000201, 0x0a080002);
        packet.setByte(at + 20, type);
        send(0, packet);
        assertThat(gateway.drops(Verdict.TOO_BIG)).isEqualTo(1);
        assertThat(gateway.network.received()).hasSize(messages);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0", "127, 0", "128, 1", "129, 1"})
    void nobodyIsToldAboutAnIcmp6Error(int type, int messages) {
        ByteBuf packet = packet("2001:db8::1", "fd00::2", 1360);
        packet.setByte(packet.readerIndex() + 6, Ipv6.NEXT_HEADER_ICMPV6);
        packet.setByte(packet.readerIndex() + 40, type);
        send(0, packet);
        assertThat(gateway.drops(Verdict.TOO_BIG)).isEqualTo(1);
        assertThat(gateway.network.received()).hasSize(messages);
    }

    @Test
    void nobodyIsToldAboutALaterFragment() {
        send(0, fragment(1400, 0x4000 | 100));
        assertThat(gateway.drops(Verdict.TOO_BIG)).isEqualTo(1);
        assertThat(gateway.network.received()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 10.8.0.2",
        "127.0.0.1, 10.8.0.2",
        "224.0.0.1, 10.8.0.2",
        "255.255.255.255, 10.8.0.2",
        "::, fd00::2",
        "::1, fd00::2",
        "ff02::1, fd00::2",
        "fe80::1, fd00::2",
    })
    void whoIsNobodyIsToldNothing(String source, String destination) {
        send(0, packet(source, destination, 1360));
        assertThat(gateway.drops(Verdict.TOO_BIG)).isEqualTo(1);
        assertThat(gateway.network.received()).isEmpty();
    }

    @Test
    void aFloodIsToldOnlyAFewTimes() {
        for (int i = 0; i < 200; i++) {
            gateway.network.send(gateway.workers.get(0), framed(packet("192.0.2.1", "10.8.0.2", 1380)));
        }
        gateway.settle();
        assertThat(gateway.drops(Verdict.TOO_BIG)).isEqualTo(200);
        // Ten, and ten a second on a machine that is slow.
        assertThat(gateway.network.received()).hasSizeBetween(10, 150);
        // And the client may ask the gateway what it likes.
        assertThat(TestGateway.on(
                        alice.worker(),
                        () -> alice.answers().areSpent(alice.worker().nanoTime())))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void anotherClientIsToldToo(int worker) {
        GatewaySettings now = gateway.core.settings();
        gateway.core.replaceSettings(new GatewaySettings(now.clients(), new ForwardingSettings(false), now.limits()));
        Session bob = gateway.up(worker, Grant.of("bob"), new RecordingLink());
        gateway.fromClient(bob, packet("10.8.0.3", "10.8.0.2", 1380));
        assertThat(gateway.drops(Verdict.TOO_BIG)).isEqualTo(1);
        assertThat(Ipv4.destination(onlyMessage(), 0)).isEqualTo(0x0a080003);
        gateway.fromClient(bob, packet("10.8.0.3", "10.8.0.2", 1280));
        assertThat(link.sent()).hasSize(1);
    }

    /** An IPv4 packet of this many octets with identification 0x1234 and these flags and offset. */
    private static ByteBuf fragment(int octets, int flagsAndOffset) {
        ByteBuf packet = packet("192.0.2.1", "10.8.0.2", octets - 20);
        int at = packet.readerIndex();
        packet.setInt(at + 4, 0x12340000 | flagsAndOffset).setShort(at + 10, 0);
        return packet.setShort(at + 10, Checksum.finish(Checksum.sum(packet, at, 20)));
    }

    /** Lengths and header checksum are right. */
    private static boolean isWhole(String hex) {
        ByteBuf packet = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
        return Ipv4.totalLength(packet, 0) == packet.readableBytes()
                && Checksum.finish(Checksum.sum(packet, 0, 20)) == 0
                && Ipv4.source(packet, 0) == 0xc0000201
                && Ipv4.destination(packet, 0) == 0x0a080002;
    }

    private static int word(String hex, int at) {
        return Integer.parseUnsignedInt(hex.substring(2 * at, 2 * at + 8), 16);
    }

    private static String payload(String hex) {
        return hex.substring(2 * Ipv4.MIN_HEADER_OCTETS);
    }

    private ByteBuf onlyMessage() {
        List<String> received = gateway.network.received();
        assertThat(received).hasSize(1);
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(received.getFirst()));
    }

    private void send(int queue, ByteBuf packet) {
        gateway.network.send(gateway.workers.get(queue), framed(packet));
        gateway.settle();
    }
}
