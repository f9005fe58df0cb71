package io.sallyport.core.autoconf;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.packet.IpPacket;
import io.sallyport.core.support.TunnelQuestions;

/** Any IP packet of a client, its checksum made right: DHCPv4, neighbour discovery and DHCPv6 behind their headers. */
class QuestionsFuzzTest {
    private static final ClientTerms TERMS = Answers.terms();

    @FuzzTest(maxDuration = "60s")
    void everyPacketIsAnsweredOrRefused(byte[] octets) {
        ByteBuf packet = Unpooled.buffer(octets.length).writeBytes(octets);
        if (IpPacket.wellFormed(packet) && Questions.mayBe(packet)) {
            TunnelQuestions.correctChecksum(packet);
        }
        Answers.to(packet, TERMS);
    }
}
