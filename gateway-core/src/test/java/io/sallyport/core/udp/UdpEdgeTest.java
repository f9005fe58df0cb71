package io.sallyport.core.udp;

import static io.sallyport.core.udp.UdpTestSupport.any;
import static io.sallyport.core.udp.UdpTestSupport.ask;
import static io.sallyport.core.udp.UdpTestSupport.client;
import static io.sallyport.core.udp.UdpTestSupport.onWorker;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.support.Needs;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.core.worker.Workers;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class UdpEdgeTest {
    private final Workers workers = Workers.start(1);
    private final Worker worker = workers.get(0);

    @AfterEach
    void stop() {
        workers.close();
    }

    private DatagramEdge bind(String address, DatagramReceiver receiver) throws Exception {
        return DatagramEdges.bind(workers.all(), 3, any(address), ignored -> receiver)
                .get(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void echoesOnLoopback(String address) throws Exception {
        if (address.equals("::1")) {
            Needs.ipv6OnLoopback();
        }
        DatagramEdge edge = bind(address, new UdpTestSupport.Echo());
        assertThat(edge.index()).isEqualTo(3);
        try (DatagramSocket client = client(address)) {
            for (int i = 0; i < 200; i++) {
                assertThat(ask(client, "datagram " + i, edge.localAddress())).isEqualTo("datagram " + i);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "127.9.9.9"})
    void wildcardAnswersFromTheAddressThatWasAsked(String asked) throws Exception {
        DatagramEdge edge = bind("0.0.0.0", new UdpTestSupport.Echo());
        try (DatagramSocket client = client("127.0.0.1")) {
            InetSocketAddress server = new InetSocketAddress(
                    InetAddress.ofLiteral(asked), edge.localAddress().getPort());
            assertThat(ask(client, "who", server)).isEqualTo("who");
        }
    }

    @Test
    void wildcardOfIpv6AnswersAndLeavesIpv4Alone() throws Exception {
        Needs.ipv6OnLoopback();
        DatagramEdge six = bind("::", new UdpTestSupport.Echo());
        int port = six.localAddress().getPort();
        DatagramEdge four = DatagramEdges.bind(
                        workers.all(), 0, new InetSocketAddress("0.0.0.0", port), ignored -> new UdpTestSupport.Echo())
                .get(0);
        try (DatagramSocket client6 = client("::1");
                DatagramSocket client4 = client("127.0.0.1")) {
            assertThat(ask(client6, "six", new InetSocketAddress(InetAddress.ofLiteral("::1"), port)))
                    .isEqualTo("six");
            assertThat(ask(client4, "four", new InetSocketAddress("127.0.0.2", port)))
                    .isEqualTo("four");
        }
        assertThat(four.localAddress().getPort()).isEqualTo(port);
    }

    @Test
    void samePeerIsTheSamePathObjectAndHeadroomIsKept() throws Exception {
        List<UdpPath> paths = new CopyOnWriteArrayList<>();
        List<Integer> headrooms = new CopyOnWriteArrayList<>();
        DatagramEdge edge = bind("0.0.0.0", new DatagramReceiver() {
            @Override
            public void accept(DatagramEdge from, UdpPath path, ByteBuf datagram) {
                paths.add(path);
                headrooms.add(datagram.readerIndex());
                from.accept(datagram, path);
                from.flush();
            }

            @Override
            public void flush() {}
        });
        try (DatagramSocket client = client("127.0.0.1")) {
            InetSocketAddress server =
                    new InetSocketAddress("127.0.0.2", edge.localAddress().getPort());
            ask(client, "one", server);
            ask(client, "two", server);
            assertThat(paths.get(0)).isEqualTo(new UdpPath((InetSocketAddress) client.getLocalSocketAddress(), server));
        }
        assertThat(paths.get(1)).isSameAs(paths.get(0));
        assertThat(headrooms).containsExactly(PacketBuffers.HEADROOM, PacketBuffers.HEADROOM);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1919, 1920, 1921, 5000, 8192})
    void datagramOfAnySizeUpToTheLargestArrivesWhole(int size) throws Exception {
        DatagramEdge edge = bind("127.0.0.1", new UdpTestSupport.Echo());
        try (DatagramSocket client = client("127.0.0.1")) {
            String text = "0123456789abcdef".repeat(512).substring(0, size);
            assertThat(ask(client, text, edge.localAddress())).isEqualTo(text);
        }
    }

    @Test
    void largerDatagramIsCountedAsTruncatedAndTheNextOneArrives() throws Exception {
        DatagramEdge edge = bind("127.0.0.1", new UdpTestSupport.Echo());
        try (DatagramSocket client = client("127.0.0.1")) {
            client.send(new DatagramPacket(new byte[8193], 8193, edge.localAddress()));
            assertThat(ask(client, "next", edge.localAddress())).isEqualTo("next");
        }
        assertThat(worker.verdicts().get(Verdict.TRUNCATED)).isEqualTo(1);
    }

    @Test
    void buffersOfEveryKindAreSent() throws Exception {
        List<ByteBuf> kinds = List.of(
                Unpooled.buffer().writeBytes("heap".getBytes(US_ASCII)),
                Unpooled.wrappedBuffer(
                        Unpooled.directBuffer().writeByte('a'),
                        Unpooled.directBuffer().writeByte('b')),
                PacketBuffers.take().writeBytes("xslice".getBytes(US_ASCII)).skipBytes(1));
        DatagramEdge edge = bind("127.0.0.1", new UdpTestSupport.Echo());
        try (DatagramSocket client = client("127.0.0.1")) {
            UdpPath path = new UdpPath((InetSocketAddress) client.getLocalSocketAddress(), edge.localAddress());
            onWorker(worker, () -> {
                kinds.forEach(kind -> edge.accept(kind, path));
                edge.flush();
            });
            List<String> received = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                DatagramPacket packet = new DatagramPacket(new byte[100], 100);
                client.receive(packet);
                received.add(new String(packet.getData(), 0, packet.getLength(), US_ASCII));
            }
            assertThat(received).containsExactly("heap", "ab", "slice");
        }
        assertThat(kinds).allMatch(kind -> kind.refCnt() == 0);
    }

    @Test
    void datagramThatCannotBeSentIsCountedAndThoseAroundItLeave() throws Exception {
        DatagramEdge edge = bind("127.0.0.1", new UdpTestSupport.Echo());
        try (DatagramSocket client = client("127.0.0.1")) {
            UdpPath good = new UdpPath((InetSocketAddress) client.getLocalSocketAddress(), edge.localAddress());
            UdpPath unreachable = new UdpPath(new InetSocketAddress("192.0.2.1", 9), edge.localAddress());
            UdpPath otherFamily =
                    new UdpPath(new InetSocketAddress(InetAddress.ofLiteral("::1"), 9), edge.localAddress());
            onWorker(worker, () -> {
                edge.accept(PacketBuffers.take().writeByte(1), good);
                edge.accept(PacketBuffers.take().writeByte(2), unreachable);
                edge.accept(PacketBuffers.take().writeByte(3), otherFamily);
                edge.accept(Unpooled.directBuffer(66000).writeZero(66000), good);
                edge.accept(PacketBuffers.take().writeByte(4), good);
                edge.flush();
            });
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            client.receive(packet);
            assertThat(packet.getData()[0]).isEqualTo((byte) 1);
            client.receive(packet);
            assertThat(packet.getData()[0]).isEqualTo((byte) 4);
        }
        assertThat(worker.verdicts().get(Verdict.SEND_FAILED)).isEqualTo(3);
    }

    @Test
    void receiverThatThrowsIsCountedAndTheNextDatagramArrives() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        UdpTestSupport.Echo echo = new UdpTestSupport.Echo();
        DatagramEdge edge = bind("127.0.0.1", new DatagramReceiver() {
            @Override
            public void accept(DatagramEdge from, UdpPath path, ByteBuf datagram) {
                if (calls.getAndIncrement() == 0) {
                    datagram.release();
                    throw new IllegalStateException("a bug, thrown by the test");
                }
                echo.accept(from, path, datagram);
            }

            @Override
            public void flush() {
                echo.flush();
            }
        });
        try (DatagramSocket client = client("127.0.0.1")) {
            client.send(new DatagramPacket(new byte[1], 1, edge.localAddress()));
            assertThat(ask(client, "next", edge.localAddress())).isEqualTo("next");
        }
        assertThat(worker.verdicts().get(Verdict.INTERNAL_ERROR)).isEqualTo(1);
    }

    @Test
    void closingInsideABatchReleasesTheRestAndTheSocket() throws Exception {
        AtomicInteger received = new AtomicInteger();
        List<DatagramEdge> opened = new CopyOnWriteArrayList<>();
        DatagramEdge edge = bind("127.0.0.1", new DatagramReceiver() {
            @Override
            public void accept(DatagramEdge from, UdpPath path, ByteBuf datagram) {
                received.incrementAndGet();
                datagram.release();
                from.close();
                from.accept(PacketBuffers.take(), path);
                from.flush();
                opened.add(from);
            }

            @Override
            public void flush() {}
        });
        try (DatagramSocket client = client("127.0.0.1")) {
            onWorker(worker, () -> {
                for (int i = 0; i < 10; i++) {
                    sendQuietly(client, edge.localAddress());
                }
            });
            await().until(() -> !opened.isEmpty());
        }
        bindAgain(edge.localAddress());
        assertThat(received).hasValue(1);
        assertThat(worker.verdicts().get(Verdict.SEND_FAILED)).isEqualTo(1);
    }

    private void bindAgain(InetSocketAddress address) throws Exception {
        List<DatagramEdge> again = DatagramEdges.bind(workers.all(), 0, address, ignored -> new UdpTestSupport.Echo());
        assertThat(again.get(0).localAddress()).isEqualTo(address);
    }

    private static void sendQuietly(DatagramSocket client, InetSocketAddress to) {
        try {
            client.send(new DatagramPacket(new byte[1], 1, to));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void floodFromManySourcesLeavesMemoryWhereItWas() throws Exception {
        AtomicInteger received = new AtomicInteger();
        ConcurrentHashMap<Integer, UdpPath> seen = new ConcurrentHashMap<>();
        DatagramEdge edge = bind("127.0.0.1", new DatagramReceiver() {
            @Override
            public void accept(DatagramEdge from, UdpPath path, ByteBuf datagram) {
                received.incrementAndGet();
                seen.put(path.peer().getPort(), path);
                datagram.release();
            }

            @Override
            public void flush() {}
        });
        long before = 0;
        List<DatagramSocket> clients = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            clients.add(client("127.0.0.1"));
        }
        for (int round = 0; round < 2000; round++) {
            for (DatagramSocket client : clients) {
                client.send(new DatagramPacket(new byte[1200], 1200, edge.localAddress()));
            }
            // no more at once than the smallest of the kernel's buffers holds, so that none may be missing
            int due = (round + 1) * clients.size();
            await().pollInterval(Duration.ofMillis(1)).until(() -> received.get() == due);
            if (round == 200) {
                before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
            }
        }
        clients.forEach(DatagramSocket::close);
        assertThat(received).hasValue(100_000);
        assertThat(seen).hasSize(50);
        assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory()).isLessThanOrEqualTo(before + (8 << 20));
    }
}
