package io.sallyport.core.port443;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sallyport.core.support.Needs;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.core.worker.Workers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("AddressSelection") // literals alone, which no name service sees
class Port443Test {
    private static final PortLimits SHORT = new PortLimits(64, 4096, Duration.ofMillis(300));
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress("127.0.0.1", 0);

    /** Claims "T" at the first octet. */
    private static final StreamProtocol ONE_OCTET = new Echo("one", "T");
    /** Claims "OVP" only when all three are there. */
    private static final StreamProtocol THREE_OCTETS = new Echo("three", "OVP");

    private final Workers workers = Workers.start(2);
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
        workers.close();
    }

    /** Answers with its name, then echoes. */
    private record Echo(String name, String start) implements StreamProtocol {
        @Override
        public Claim claims(ByteBuf first) {
            for (int i = 0; i < Math.min(first.readableBytes(), start.length()); i++) {
                if (first.getByte(first.readerIndex() + i) != start.charAt(i)) {
                    return Claim.NO;
                }
            }
            return first.readableBytes() < start.length() ? Claim.UNDECIDED : Claim.YES;
        }

        @Override
        public void accept(Channel channel, Worker worker) {
            assertThat(worker.inWorker()).isTrue();
            channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object octets) {
                    var _ = ctx.write(octets);
                }

                @Override
                public void channelReadComplete(ChannelHandlerContext ctx) {
                    ctx.flush();
                }

                @Override
                public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                    var _ = ctx.close();
                }
            });
        }
    }

    private Port443 bind(PortLimits limits, StreamProtocol... protocols) throws PortUnavailableException {
        Port443 port = Port443.bind(workers.all(), List.of(LOOPBACK), List.of(protocols), limits);
        opened.add(port);
        return port;
    }

    private Socket connect(Port443 port) throws IOException {
        return connectFrom(port, "127.0.0.1");
    }

    private Socket connectFrom(Port443 port, String source) throws IOException {
        Socket socket = new Socket();
        opened.add(socket);
        socket.bind(new InetSocketAddress(source, 0));
        socket.connect(port.addresses().getFirst(), 5000);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private long count(Verdict verdict) {
        return workers.all().stream().mapToLong(w -> w.verdicts().get(verdict)).sum();
    }

    private static String exchange(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        return new String(
                socket.getInputStream().readNBytes(text.length()), java.nio.charset.StandardCharsets.US_ASCII);
    }

    /** End of stream or a reset: both are closed. */
    private static void assertClosed(Socket socket) {
        int read;
        try {
            read = socket.getInputStream().read();
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("still open", e);
        } catch (IOException e) {
            read = -1;
        }
        assertThat(read).isEqualTo(-1);
    }

    @Test
    void theProtocolSeesEveryOctetFromTheFirst() throws Exception {
        Port443 port = bind(PortLimits.DEFAULT, ONE_OCTET, THREE_OCTETS);
        assertThat(exchange(connect(port), "TLS and more")).isEqualTo("TLS and more");
        assertThat(exchange(connect(port), "OVPN and more")).isEqualTo("OVPN and more");
        assertThat(port.undecided()).isZero();
    }

    @Test
    void decidesAlsoWhenOctetsComeOneByOne() throws Exception {
        Port443 port = bind(PortLimits.DEFAULT, ONE_OCTET, THREE_OCTETS);
        Socket socket = connect(port);
        socket.setTcpNoDelay(true);
        for (char octet : "OV".toCharArray()) {
            socket.getOutputStream().write(octet);
            await().pollDelay(Duration.ofMillis(30)).until(() -> port.undecided() == 1);
        }
        socket.getOutputStream().write('P');
        assertThat(new String(socket.getInputStream().readNBytes(3), java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("OVP");
    }

    @Test
    void anEarlierUndecidedProtocolIsWaitedFor() throws Exception {
        List<String> taken = new java.util.concurrent.CopyOnWriteArrayList<>();
        StreamProtocol later = new StreamProtocol() {
            @Override
            public String name() {
                return "later";
            }

            @Override
            public Claim claims(ByteBuf first) {
                return Claim.YES;
            }

            @Override
            public void accept(Channel channel, Worker worker) {
                taken.add("later");
            }
        };
        Port443 port = bind(PortLimits.DEFAULT, THREE_OCTETS, later);
        Socket socket = connect(port);
        socket.getOutputStream().write('O');
        await().until(() -> port.undecided() == 1);
        assertThat(exchange(socket, "VP").length()).isEqualTo(2);
        assertThat(taken).isEmpty();
        connect(port).getOutputStream().write('x');
        await().until(() -> taken.size() == 1);
    }

    @Test
    void closesWhatNobodyClaims() throws Exception {
        Port443 port = bind(PortLimits.DEFAULT, ONE_OCTET, THREE_OCTETS);
        Socket socket = connect(port);
        socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertClosed(socket);
        assertThat(count(Verdict.NOT_THIS_PROTOCOL)).isOne();
        await().until(() -> port.connections(0) + port.connections(1) == 0);
    }

    @Test
    void closesWhoStaysUndecided() throws Exception {
        Port443 port = bind(SHORT, ONE_OCTET, THREE_OCTETS);
        Socket silent = connect(port);
        Socket slow = connect(port);
        slow.getOutputStream().write('O');
        assertClosed(silent);
        assertClosed(slow);
        assertThat(count(Verdict.DEADLINE_PASSED)).isEqualTo(2);
        assertThat(port.undecided()).isZero();
    }

    @Test
    void cleansUpAfterAResetAndAHalfClosedSocket() throws Exception {
        Port443 port = bind(PortLimits.DEFAULT, THREE_OCTETS);
        Socket reset = connect(port);
        reset.getOutputStream().write('O');
        await().until(() -> port.undecided() == 1);
        reset.setSoLinger(true, 0);
        reset.close();
        Socket half = connect(port);
        half.getOutputStream().write('O');
        half.shutdownOutput();
        assertClosed(half);
        await().until(() -> port.undecided() == 0 && port.connections(0) + port.connections(1) == 0);
        await().until(() -> count(Verdict.NOT_THIS_PROTOCOL) == 2);
    }

    @Test
    void aSourceHasOnlySoManyUndecided() throws Exception {
        Port443 port = bind(new PortLimits(3, 100, Duration.ofSeconds(20)), ONE_OCTET);
        for (int i = 0; i < 3; i++) {
            connect(port);
        }
        await().until(() -> port.undecided() == 3);
        assertClosed(connect(port));
        assertThat(count(Verdict.HANDSHAKE_LIMIT)).isOne();
        // room again once one is decided
        assertThat(exchange((Socket) opened.get(1), "T")).isEqualTo("T");
        assertThat(exchange(connect(port), "T")).isEqualTo("T");
    }

    /** Sources that each hold what they may leave a place for one more. */
    @Test
    void manySourcesTogetherDoNotTakeEveryPlace() throws Exception {
        Port443 port = bind(new PortLimits(16, 64, Duration.ofSeconds(60)), ONE_OCTET);
        for (int i = 2; i < 10; i++) {
            for (int k = 0; k < 16; k++) {
                connectFrom(port, "127.0.0." + i);
            }
        }
        await().until(() -> port.undecided() + count(Verdict.HANDSHAKE_LIMIT) == 8 * 16);
        assertThat(port.undecided()).isLessThan(64);
        assertThat(exchange(connectFrom(port, "127.0.0.10"), "T")).isEqualTo("T");
    }

    @Test
    void spreadsConnectionsOverTheWorkers() throws Exception {
        Port443 port = bind(PortLimits.DEFAULT, ONE_OCTET);
        for (int i = 0; i < 6; i++) {
            assertThat(exchange(connect(port), "T")).isEqualTo("T");
        }
        assertThat(port.connections(0)).isEqualTo(3);
        assertThat(port.connections(1)).isEqualTo(3);
    }

    @Test
    void saysWhatToDoWhenThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var address = new InetSocketAddress("127.0.0.1", taken.getLocalPort());
            assertThatThrownBy(() -> Port443.bind(workers.all(), List.of(LOOPBACK, address), List.of(), SHORT))
                    .isInstanceOf(PortUnavailableException.class)
                    .hasMessage(
                            "TCP port %d on 127.0.0.1 is already in use by another process; stop that process (ss -ltnp shows it) or configure another port",
                            taken.getLocalPort());
        }
    }

    @Test
    void aSecondGatewayIsRefusedToo() throws Exception {
        Port443 first = bind(SHORT, ONE_OCTET);
        assertThatThrownBy(() -> Port443.bind(workers.all(), first.addresses(), List.of(), SHORT))
                .isInstanceOf(PortUnavailableException.class)
                .hasMessageContaining("already in use");
    }

    @Test
    void saysWhatToDoWhenTheAddressIsNotThisHosts() {
        var address = new InetSocketAddress("192.0.2.1", 0);
        assertThatThrownBy(() -> Port443.bind(workers.all(), List.of(address), List.of(), SHORT))
                .isInstanceOf(PortUnavailableException.class)
                .hasMessageContaining("does not have the address");
    }

    @Test
    void listensOnBothWildcardsWithOnePort() throws Exception {
        Needs.ipv6OnLoopback();
        int free;
        try (ServerSocket probe = new ServerSocket(0)) {
            free = probe.getLocalPort();
        }
        var addresses = List.of(new InetSocketAddress("0.0.0.0", free), new InetSocketAddress("::", free));
        Port443 port = Port443.bind(workers.all(), addresses, List.of(ONE_OCTET), PortLimits.DEFAULT);
        opened.add(port);
        for (String host : List.of("127.0.0.1", "::1")) {
            try (Socket socket = new Socket(host, free)) {
                assertThat(exchange(socket, "T")).isEqualTo("T");
            }
        }
    }

    @Test
    void acceptsNoMoreAfterCloseButKeepsWhatIsThere() throws Exception {
        Port443 port = bind(PortLimits.DEFAULT, ONE_OCTET);
        InetSocketAddress address = port.addresses().getFirst();
        Socket there = connect(port);
        assertThat(exchange(there, "T")).isEqualTo("T");
        port.close();
        assertThatThrownBy(() -> new Socket(address.getAddress(), address.getPort()).close())
                .isInstanceOf(IOException.class);
        assertThat(exchange(there, "more")).isEqualTo("more");
    }

    @Test
    void aProtocolsBugCostsItsConnectionOnly() throws Exception {
        StreamProtocol broken = new StreamProtocol() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public Claim claims(ByteBuf first) {
                return first.getByte(first.readerIndex()) == 'B' ? Claim.YES : Claim.NO;
            }

            @Override
            public void accept(Channel channel, Worker worker) {
                throw new IllegalStateException("on purpose");
            }
        };
        Port443 port = bind(PortLimits.DEFAULT, broken, ONE_OCTET);
        Socket socket = connect(port);
        socket.getOutputStream().write('B');
        assertClosed(socket);
        assertThat(count(Verdict.INTERNAL_ERROR)).isOne();
        assertThat(exchange(connect(port), "T")).isEqualTo("T");
    }

    @Test
    void hostileConnectionsLeaveNothingBehind() throws Exception {
        Port443 port = bind(SHORT, ONE_OCTET, THREE_OCTETS);
        Socket good = connect(port);
        assertThat(exchange(good, "T")).isEqualTo("T");
        Random random = new Random(443);
        for (int i = 0; i < 500; i++) {
            Socket socket = new Socket();
            socket.connect(port.addresses().getFirst(), 5000);
            try {
                byte[] octets = new byte[random.nextInt(5)];
                random.nextBytes(octets);
                socket.getOutputStream().write(octets);
                if (random.nextBoolean()) {
                    socket.setSoLinger(true, 0);
                }
                if (random.nextInt(4) != 0) {
                    socket.close();
                } else {
                    opened.add(socket);
                }
            } catch (IOException e) {
                socket.close(); // refused already
            }
        }
        await().until(() -> port.undecided() == 0);
        assertThat(exchange(good, "still")).isEqualTo("still");
    }
}
