package io.sallyport.core.forward;

import static io.sallyport.core.support.TestPackets.frame;
import static io.sallyport.core.support.TestPackets.framed;
import static io.sallyport.core.support.TestPackets.packet;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.packet.Checksum;
import io.sallyport.core.packet.Ipv4;
import io.sallyport.core.support.RecordingLink;
import io.sallyport.core.support.TestGateway;
import io.sallyport.core.worker.Verdict;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DownlinkTest {
    private static final int UDP_HEADER = 8;

    private final TestGateway gateway = new TestGateway();
    private final RecordingLink link = new RecordingLink();

    @AfterEach
    void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({"0, 192.0.2.1, 10.8.0.2", "1, 192.0.2.1, 10.8.0.2", "0, 2001:db8::1, fd00::2", "1, 2001:db8::1, fd00::2"
    })
    void framesReachTheirSessionFromEitherQueue(int queue, String source, String destination) {
        gateway.up(0, Grant.of("alice"), link);
        for (int i = 0; i < 5; i++) {
            send(queue, frame(source, destination, 100 + i));
        }
        assertThat(link.sent()).hasSize(5);
        assertThat(link.sent()).extracting(String::length).isSorted();
        assertThat(link.sent().getFirst()).startsWith(source.contains(":") ? "60" : "45");
    }

    @Test
    void frameForNobodyHasNoRoute() {
        send(0, frame("192.0.2.1", "10.8.0.9", 5));
        send(0, frame("2001:db8::1", "fd00::9", 5));
        assertThat(gateway.drops(Verdict.NO_ROUTE)).isEqualTo(2);
    }

    @Test
    void everyTruncationIsMalformed() {
        gateway.up(0, Grant.of("alice"), link);
        int whole = 10 + 20 + 8;
        for (int octets = 0; octets < whole; octets++) {
            send(octets % 2, frame("192.0.2.1", "10.8.0.2", 8).writerIndex(54 + octets));
        }
        assertThat(gateway.drops(Verdict.MALFORMED_IP)).isEqualTo(whole);
        assertThat(link.sent()).isEmpty();
    }

    @Test
    void packetAboveTheMtuAndSuperPacketAreTooBig() {
        gateway.up(0, Grant.of("alice"), link);
        send(0, frame("192.0.2.1", "10.8.0.2", 1381));
        ByteBuf superPacket = frame("192.0.2.1", "10.8.0.2", 100);
        superPacket.setByte(superPacket.readerIndex() + 1, 1);
        send(0, superPacket);
        assertThat(gateway.drops(Verdict.TOO_BIG)).isEqualTo(2);
        send(0, frame("192.0.2.1", "10.8.0.2", 1380));
        assertThat(link.sent()).hasSize(1);
    }

    @Test
    void partialChecksumIsCompleted() {
        gateway.up(0, Grant.of("alice"), link);
        ByteBuf packet = packet("192.0.2.1", "10.8.0.2", UDP_HEADER + 33);
        int at = packet.readerIndex();
        int udp = at + Ipv4.MIN_HEADER_OCTETS;
        packet.setShort(udp + 4, UDP_HEADER + 33);
        // The kernel leaves the folded sum over the pseudo-header, which is the complement of a finished one.
        long pseudo = Checksum.pseudoHeader(packet, at, Ipv4.PROTOCOL_UDP, UDP_HEADER + 33);
        packet.setShort(udp + 6, ~Checksum.finish(pseudo));
        ByteBuf frame = framed(packet);
        int header = frame.readerIndex();
        frame.setByte(header, 1).setShortLE(header + 6, 20).setShortLE(header + 8, 6);
        send(0, frame);

        byte[] sent = HexFormat.of().parseHex(link.sent().getFirst());
        ByteBuf received = io.netty.buffer.Unpooled.wrappedBuffer(sent);
        long whole = Checksum.pseudoHeader(received, 0, Ipv4.PROTOCOL_UDP, UDP_HEADER + 33)
                + Checksum.sum(received, 20, UDP_HEADER + 33);
        assertThat(Checksum.finish(whole)).isZero();
        received.release();
    }

    @Test
    void checksumOutsideOfThePacketIsMalformed() {
        gateway.up(0, Grant.of("alice"), link);
        for (int start : new int[] {47, 48, 60, 65535}) {
            ByteBuf frame = frame("192.0.2.1", "10.8.0.2", 28);
            int header = frame.readerIndex();
            frame.setByte(header, 1).setShortLE(header + 6, start).setShortLE(header + 8, 0);
            send(0, frame);
        }
        assertThat(gateway.drops(Verdict.MALFORMED_IP)).isEqualTo(4);
    }

    private void send(int queue, ByteBuf frame) {
        gateway.network.send(gateway.workers.get(queue), frame);
        gateway.settle();
    }

    @ParameterizedTest
    @CsvSource({"2147483647, 1360", "1200, 1160"})
    void maximumSegmentSizeIsClampedToTheSmallerOfNetworkAndLink(int tcpMtu, int mss) {
        RecordingLink narrow = new RecordingLink(tcpMtu);
        gateway.up(0, Grant.of("alice"), narrow);
        send(0, framed(syn("192.0.2.1", "10.8.0.2", 1460)));
        assertThat(narrow.sent()).hasSize(1);
        assertThat(mss(HexFormat.of().parseHex(narrow.sent().getFirst()))).isEqualTo(mss);
    }

    private static ByteBuf syn(String source, String destination, int mss) {
        ByteBuf packet = packet(source, destination, 24);
        int at = packet.readerIndex();
        int tcp = at + Ipv4.MIN_HEADER_OCTETS;
        ByteBuf addresses = packet.copy(at + 12, 8);
        Ipv4.set(packet, at, 44, Ipv4.PROTOCOL_TCP, 64, addresses.getInt(0), addresses.getInt(4));
        addresses.release();
        packet.setZero(tcp, 24);
        // data offset 6 words, SYN; option kind 2, length 4 (RFC 9293 §3.2)
        packet.setShort(tcp + 12, 0x6002);
        packet.setInt(tcp + 20, 0x02040000 | mss);
        long sum = Checksum.pseudoHeader(packet, at, Ipv4.PROTOCOL_TCP, 24) + Checksum.sum(packet, tcp, 24);
        packet.setShort(tcp + 16, Checksum.finish(sum));
        return packet;
    }

    private static int mss(byte[] packet) {
        ByteBuf buf = Unpooled.wrappedBuffer(packet);
        assertThat(Checksum.finish(Checksum.pseudoHeader(buf, 0, Ipv4.PROTOCOL_TCP, 24) + Checksum.sum(buf, 20, 24)))
                .isZero();
        return buf.getUnsignedShort(42);
    }
}
