package io.sallyport.core.port443;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.core.worker.Workers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("AddressSelection") // literals alone, which no name service sees
class ProxiedPortTest {
    private static final String HEADER = "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n";
    private static final PortLimits SHORT = new PortLimits(64, 4096, Duration.ofMillis(300));
    private static final List<IpPrefix> LOOPBACK = List.of(IpPrefix.parse("127.0.0.0/8"));
    private static final List<IpPrefix> ELSEWHERE = List.of(IpPrefix.parse("10.0.0.0/8"), IpPrefix.parse("::1"));

    private final Workers workers = Workers.start(2);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<InetSocketAddress> clients = new CopyOnWriteArrayList<>();
    private final List<InetSocketAddress> reached = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
        workers.close();
    }

    /** Claims "TLS", remembers whose connection it is, and echoes. */
    private final class Echo implements StreamProtocol {
        @Override
        public String name() {
            return "echo";
        }

        @Override
        public Claim claims(ByteBuf first) {
            String text = first.toString(StandardCharsets.US_ASCII);
            return text.equals("TLS") ? Claim.YES : "TLS".startsWith(text) ? Claim.UNDECIDED : Claim.NO;
        }

        @Override
        public void accept(Channel channel, Worker worker) {
            clients.add(ClientAddress.of(channel));
            reached.add(ClientAddress.reached(channel));
            channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object octets) {
                    var _ = ctx.writeAndFlush(octets);
                }
            });
        }
    }

    private Port443 bind(PortLimits limits, List<IpPrefix> proxies) throws PortUnavailableException {
        Port443 port = Port443.bind(
                workers.all(), List.of(new InetSocketAddress("127.0.0.1", 0)), List.of(new Echo()), limits, proxies);
        opened.add(port);
        return port;
    }

    private Socket connect(Port443 port) throws IOException {
        Socket socket = new Socket();
        opened.add(socket);
        socket.connect(port.addresses().getFirst(), 5000);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String read(Socket socket, int octets) throws IOException {
        return new String(socket.getInputStream().readNBytes(octets), StandardCharsets.US_ASCII);
    }

    private long count(Verdict verdict) {
        return workers.all().stream().mapToLong(w -> w.verdicts().get(verdict)).sum();
    }

    private static InetSocketAddress own(Socket socket) {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Test
    void aTrustedProxyTellsBothAddresses() throws Exception {
        Port443 port = bind(PortLimits.DEFAULT, LOOPBACK);
        Socket socket = connect(port);
        send(socket, HEADER + "TLS and more");
        assertThat(read(socket, 12)).isEqualTo("TLS and more");
        Socket six = connect(port);
        send(six, "PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n");
        send(six, "TLS");
        assertThat(read(six, 3)).isEqualTo("TLS");
        assertThat(clients)
                .containsExactly(new InetSocketAddress("192.0.2.1", 56324), new InetSocketAddress("2001:db8::1", 1));
        assertThat(reached)
                .containsExactly(new InetSocketAddress("198.51.100.2", 443), new InetSocketAddress("2001:db8::2", 2));
        assertThat(port.undecided()).isZero();
    }

    @Test
    void aProxysOwnConnectionsKeepTheirAddresses() throws Exception {
        Port443 port = bind(PortLimits.DEFAULT, LOOPBACK);
        for (byte[] header : List.of(
                "PROXY UNKNOWN 192.0.2.1\r\n".getBytes(StandardCharsets.US_ASCII),
                ProxyHeaderTest.v2("20 11 000c c0000201 c6336402 dc04 01bb"),
                ProxyHeaderTest.v2("21 00 0000"))) {
            clients.clear();
            Socket socket = connect(port);
            socket.getOutputStream().write(header);
            send(socket, "TLS");
            assertThat(read(socket, 3)).isEqualTo("TLS");
            assertThat(clients).containsExactly(own(socket));
        }
        assertThat(port.undecided()).isZero();
    }

    @Test
    void nobodyElseIsBelieved() throws Exception {
        Port443 port = bind(PortLimits.DEFAULT, ELSEWHERE);
        Socket socket = connect(port);
        send(socket, HEADER + "TLS");
        assertThat(TlsSite.readToEnd(socket)).isEmpty();
        assertThat(count(Verdict.NOT_THIS_PROTOCOL)).isOne();
        Socket honest = connect(port);
        send(honest, "TLS");
        assertThat(read(honest, 3)).isEqualTo("TLS");
        assertThat(clients).containsExactly(own(honest));
    }

    // A client cannot add a header of its own: the proxy's comes first, and what follows is the client's
    @Test
    void aSecondHeaderIsNotRead() throws Exception {
        Port443 port = bind(PortLimits.DEFAULT, LOOPBACK);
        Socket socket = connect(port);
        send(socket, HEADER + "PROXY TCP4 203.0.113.9 198.51.100.2 1 2\r\nTLS");
        assertThat(TlsSite.readToEnd(socket)).isEmpty();
        assertThat(count(Verdict.NOT_THIS_PROTOCOL)).isOne();
        assertThat(clients).isEmpty();
    }

    @Test
    void aTrustedProxyMustSendAHeader() throws Exception {
        Port443 port = bind(SHORT, LOOPBACK);
        Socket without = connect(port);
        send(without, "TLS");
        assertThat(TlsSite.readToEnd(without)).isEmpty();
        assertThat(count(Verdict.MALFORMED)).isOne();
        Socket silent = connect(port);
        Socket slow = connect(port);
        send(slow, HEADER.substring(0, 20));
        assertThat(TlsSite.readToEnd(silent)).isEmpty();
        assertThat(TlsSite.readToEnd(slow)).isEmpty();
        assertThat(count(Verdict.DEADLINE_PASSED)).isEqualTo(2);
        Socket half = connect(port);
        send(half, HEADER.substring(0, 20));
        half.shutdownOutput();
        assertThat(TlsSite.readToEnd(half)).isEmpty();
        await().until(() -> count(Verdict.MALFORMED) == 2);
        assertThat(port.undecided()).isZero();
        assertThat(clients).isEmpty();
    }

    @Test
    void undecidedConnectionsAreCountedByTheSourceThatWasTold() throws Exception {
        Port443 port = bind(new PortLimits(2, 100, Duration.ofSeconds(30)), LOOPBACK);
        // more than a source may have, while nothing is told
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sockets.add(connect(port));
        }
        await().until(() -> port.undecided() == 5);
        send(sockets.get(0), HEADER);
        send(sockets.get(1), HEADER);
        send(sockets.get(2), "PROXY TCP4 192.0.2.9 198.51.100.2 56324 443\r\n");
        send(sockets.get(2), "TLS");
        assertThat(read(sockets.get(2), 3)).isEqualTo("TLS");
        // on two workers: the first two are counted once they have been answered or a third was refused
        await().until(() -> {
            Socket third = connect(port);
            send(third, HEADER);
            return third.getInputStream().read() < 0;
        });
        assertThat(count(Verdict.HANDSHAKE_LIMIT)).isPositive();
        send(sockets.get(0), "TLS");
        assertThat(read(sockets.get(0), 3)).isEqualTo("TLS");
    }

    @Test
    void untoldConnectionsCountOverall() throws Exception {
        Port443 port = bind(new PortLimits(1, 3, Duration.ofSeconds(30)), LOOPBACK);
        for (int i = 0; i < 3; i++) {
            connect(port);
        }
        await().until(() -> port.undecided() == 3);
        assertThat(TlsSite.readToEnd(connect(port))).isEmpty();
        assertThat(count(Verdict.HANDSHAKE_LIMIT)).isOne();
    }

    @Test
    void aHeaderMayBeSplitAtEveryOctet() {
        byte[] octets = (HEADER + "TLS").getBytes(StandardCharsets.US_ASCII);
        UndecidedLimit undecided = new UndecidedLimit(1, 1);
        for (int cut = 1; cut < octets.length; cut++) {
            assertThat(undecided.enterUntold()).isTrue();
            EmbeddedChannel channel = new EmbeddedChannel();
            channel.pipeline()
                    .addLast(new ProxyHeaderHandler(
                            workers.get(0),
                            Duration.ofMinutes(1).toNanos(),
                            undecided,
                            settled -> new ChannelInboundHandlerAdapter() {
                                @Override
                                public void handlerRemoved(ChannelHandlerContext ctx) {
                                    settled.run();
                                }
                            }));
            channel.writeInbound(Unpooled.copiedBuffer(octets, 0, cut));
            channel.writeInbound(Unpooled.copiedBuffer(octets, cut, octets.length - cut));
            StringBuilder rest = new StringBuilder();
            for (ByteBuf read = channel.readInbound(); read != null; read = channel.readInbound()) {
                rest.append(read.toString(StandardCharsets.US_ASCII));
                read.release();
            }
            assertThat(rest).hasToString("TLS");
            assertThat(ClientAddress.of(channel)).isEqualTo(new InetSocketAddress("192.0.2.1", 56324));
            assertThat(undecided.sources()).isOne();
            channel.finishAndReleaseAll();
            assertThat(undecided.undecided()).isZero();
            assertThat(undecided.sources()).isZero();
        }
    }
}
