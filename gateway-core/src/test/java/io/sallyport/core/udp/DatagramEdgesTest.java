package io.sallyport.core.udp;

import static io.sallyport.core.udp.UdpTestSupport.any;
import static io.sallyport.core.udp.UdpTestSupport.client;
import static io.sallyport.core.udp.UdpTestSupport.onWorker;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.worker.Worker;
import io.sallyport.core.worker.Workers;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DatagramEdgesTest {
    private final Workers workers = Workers.start(2);

    @AfterEach
    void stop() {
        workers.close();
    }

    private List<DatagramEdge> bind(InetSocketAddress address) throws ListenException {
        return DatagramEdges.bind(workers.all(), 0, address, worker -> new UdpTestSupport.Echo());
    }

    @Test
    void peersSpreadOverTwoWorkersOnOnePort() throws Exception {
        AtomicIntegerArray counts = new AtomicIntegerArray(2);
        List<DatagramEdge> edges =
                DatagramEdges.bind(workers.all(), 0, any("127.0.0.1"), worker -> new DatagramReceiver() {
                    @Override
                    public void accept(DatagramEdge edge, UdpPath path, ByteBuf datagram) {
                        assertThat(worker.inWorker()).isTrue();
                        counts.incrementAndGet(worker.number());
                        datagram.release();
                    }

                    @Override
                    public void flush() {}
                });
        assertThat(edges.get(1).localAddress()).isEqualTo(edges.get(0).localAddress());
        for (int i = 0; i < 64; i++) {
            try (DatagramSocket client = client("127.0.0.1")) {
                client.send(new DatagramPacket(new byte[1], 1, edges.get(0).localAddress()));
            }
        }
        // the chance that 64 peers all go to one of two is 2^-63
        await().until(() -> counts.get(0) + counts.get(1) == 64);
        assertThat(counts.get(0)).isPositive();
        assertThat(counts.get(1)).isPositive();
    }

    @Test
    void portTakenIsRefusedEvenWhenItsOwnerAllowsReuse() throws Exception {
        try (DatagramChannel other = DatagramChannel.open()) {
            other.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            other.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            other.bind(any("127.0.0.1"));
            InetSocketAddress taken = (InetSocketAddress) other.getLocalAddress();
            assertThatThrownBy(() -> bind(taken))
                    .isInstanceOf(ListenException.class)
                    .hasMessageStartingWith("UDP port " + taken.getPort() + " on 127.0.0.1 is already in use");
            assertThatThrownBy(() -> bind(new InetSocketAddress("0.0.0.0", taken.getPort())))
                    .isInstanceOf(ListenException.class)
                    .hasMessageContaining("already in use by another process");
        }
    }

    @Test
    void secondGatewayOnTheSamePortIsRefused() throws Exception {
        List<DatagramEdge> first = bind(any("127.0.0.1"));
        assertThatThrownBy(() -> bind(first.get(0).localAddress()))
                .isInstanceOf(ListenException.class)
                .hasMessageContaining("already in use");
    }

    @Test
    void closedPortCanBeOpenedAgain() throws Exception {
        List<DatagramEdge> first = bind(any("127.0.0.1"));
        for (Worker worker : workers.all()) {
            onWorker(worker, first.get(worker.number())::close);
        }
        assertThat(bind(first.get(0).localAddress())).hasSize(2);
    }

    @Test
    void addressOfAnotherHostIsRefusedWithTheRemedy() {
        assertThatThrownBy(() -> bind(any("192.0.2.77")))
                .isInstanceOf(ListenException.class)
                .hasMessageContaining("192.0.2.77")
                .hasMessageContaining("this host does not have that address");
    }

    @Test
    void nameThatDoesNotResolveIsRefused() {
        assertThatThrownBy(() -> bind(InetSocketAddress.createUnresolved("no.such.host.invalid", 1)))
                .isInstanceOf(ListenException.class)
                .hasMessageContaining("no.such.host.invalid");
    }

    @Test
    void endingTheWorkersClosesTheSocketsEvenAtOnce() throws Exception {
        long before = openDescriptors();
        for (int i = 0; i < 30; i++) {
            try (Workers passing = Workers.start(2)) {
                DatagramEdges.bind(passing.all(), 0, any("127.0.0.1"), worker -> new UdpTestSupport.Echo());
            }
        }
        assertThat(openDescriptors()).isLessThan(before + 20);
    }

    private static long openDescriptors() throws IOException {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.count();
        }
    }
}
