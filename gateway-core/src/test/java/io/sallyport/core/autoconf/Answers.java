package io.sallyport.core.autoconf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.packet.IpPacket;
import io.sallyport.core.support.TunnelQuestions;
import io.sallyport.core.worker.Verdict;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Asks as the client that leases 10.8.0.2 and fd00::2 of a gateway at 10.8.0.1 and fd00::1. */
final class Answers {
    static final int MTU = 1400;
    static final String NOT_ANSWERED = "not answered";

    private Answers() {}

    static ClientTerms terms(List<String> dns, String domain, String... routes) {
        return new ClientTerms(
                (Inet4Address) InetAddress.ofLiteral("10.8.0.2"),
                (Inet4Address) InetAddress.ofLiteral("10.8.0.1"),
                (Inet6Address) InetAddress.ofLiteral("fd00::2"),
                (Inet6Address) InetAddress.ofLiteral("fd00::1"),
                dns.stream().map(InetAddress::ofLiteral).toList(),
                domain,
                Stream.of(routes).map(IpPrefix::parse).toList());
    }

    static ClientTerms terms() {
        return terms(
                List.of("10.8.0.1", "192.0.2.53", "2001:db8::53"), "corp.example", "10.0.0.0/8", "2001:db8:1::/48");
    }

    /** The answer in hex, else the verdict or {@link #NOT_ANSWERED}; releases the packet. */
    static String to(ByteBuf packet, ClientTerms terms) {
        try {
            if (!IpPacket.wellFormed(packet)) {
                return Verdict.MALFORMED_IP.name();
            }
            Reply reply = Questions.mayBe(packet) ? Questions.answer(packet, terms, MTU) : null;
            if (reply == null) {
                return NOT_ANSWERED;
            }
            ByteBuf answer = reply.packet();
            assertThat(IpPacket.wellFormed(answer)).isTrue();
            assertThat(TunnelQuestions.hasRightChecksums(answer))
                    .as("checksums")
                    .isTrue();
            assertThat(answer.readableBytes()).isLessThanOrEqualTo(MTU);
            String octets = ByteBufUtil.hexDump(answer);
            answer.release();
            return octets;
        } catch (RefusedQuestion refused) {
            return refused.verdict().name();
        } finally {
            packet.release();
        }
    }

    static String to(ByteBuf packet) {
        return to(packet, terms());
    }

    /** No damage to this packet makes anything but an answer or a refusal; checksums are made to fit every other time. */
    static void nothingUncheckedComesOf(ByteBuf good) {
        RandomGenerator random = new Random(4);
        byte[] octets = ByteBufUtil.getBytes(good);
        good.release();
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = octets.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            ByteBuf packet = Unpooled.wrappedBuffer(damaged);
            assertThatCode(() -> to(packet)).as(ByteBufUtil.hexDump(damaged)).doesNotThrowAnyException();
        }
    }
}
