package io.sallyport.core.port443;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.port443.StreamProtocol.Claim;
import io.sallyport.core.worker.Workers;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@SuppressWarnings("AddressSelection") // literals alone, which no name service sees
@Timeout(60)
class TerminatedTlsTest {
    private static final ShownCertificate SHOWN =
            new ShownCertificate(List.of(Octets.of(new byte[20])), List.of(Octets.of(new byte[32])));

    private static Claim claim(String octets) {
        ByteBuf first = Unpooled.copiedBuffer(octets, StandardCharsets.ISO_8859_1);
        try {
            return new TerminatedTls((channel, worker, shown) -> {}, () -> SHOWN).claims(first);
        } finally {
            first.release();
        }
    }

    @Test
    void claimsWhatBeginsLikeAMethodOfHttp() {
        assertThat(claim("SST")).isEqualTo(Claim.YES);
        assertThat(claim("GET")).isEqualTo(Claim.YES);
        assertThat(claim("AZ")).isEqualTo(Claim.UNDECIDED);
        assertThat(claim("")).isEqualTo(Claim.UNDECIDED);
        for (String no : List.of("sst", "S T", "SS@", "SS[", "\u0016\u0003\u0001", "\u0000", "G1")) {
            assertThat(claim(no)).isEqualTo(Claim.NO);
        }
    }

    @Test
    void theApplicationGetsEveryOctetAndTheConfiguredCertificates() throws Exception {
        List<ShownCertificate> given = new CopyOnWriteArrayList<>();
        TlsApplication echo = (channel, worker, shown) -> {
            given.add(shown);
            channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object octets) {
                    var _ = ctx.writeAndFlush(octets);
                }
            });
        };
        byte[] request = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (Workers workers = Workers.start(1);
                Port443 port = Port443.bind(
                        workers.all(),
                        List.of(new InetSocketAddress("127.0.0.1", 0)),
                        List.of(new TerminatedTls(echo, () -> SHOWN)),
                        PortLimits.DEFAULT);
                Socket socket = new Socket()) {
            socket.connect(port.addresses().getFirst(), 5000);
            socket.setSoTimeout(10_000);
            assertThat(TlsSite.exchange(socket, request)).isEqualTo(request);
            assertThat(given).containsExactly(SHOWN);
        }
    }
}
