package io.sallyport.core.autoconf;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.packet.Checksum;
import io.sallyport.core.packet.IpPacket;
import io.sallyport.core.packet.Ipv4;
import io.sallyport.core.packet.Ipv6;

/** Any IP packet of a client, with its checksums made right: DHCPv4, neighbour discovery and DHCPv6 behind their headers. */
class QuestionsFuzzTest {
    private static final ClientTerms TERMS = Answers.terms();

    @FuzzTest(maxDuration = "60s")
    void everyPacketIsAnsweredOrRefused(byte[] octets) {
        ByteBuf packet = Unpooled.buffer(octets.length).writeBytes(octets);
        if (IpPacket.wellFormed(packet) && Questions.mayBe(packet)) {
            correctChecksum(packet);
        }
        Answers.to(packet, TERMS);
    }

    private static void correctChecksum(ByteBuf packet) {
        boolean ipv4 = IpPacket.version(packet, 0) == 4;
        int transport = ipv4 ? Ipv4.headerLength(packet, 0) : Ipv6.HEADER_OCTETS;
        int protocol = ipv4 ? Ipv4.protocol(packet, 0) : Ipv6.nextHeader(packet, 0);
        boolean udp = protocol == Ipv4.PROTOCOL_UDP;
        int length = packet.writerIndex() - transport;
        int field = transport + (udp ? 6 : 2);
        if (field + 2 <= packet.writerIndex()) {
            packet.setShort(field, 0);
            long sum = Checksum.pseudoHeader(packet, 0, protocol, length) + Checksum.sum(packet, transport, length);
            packet.setShort(field, udp ? Checksum.finishUdp(sum) : Checksum.finish(sum));
        }
    }
}
