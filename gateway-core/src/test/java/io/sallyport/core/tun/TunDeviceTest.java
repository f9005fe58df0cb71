package io.sallyport.core.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.network.NetworkQueue;
import io.sallyport.core.network.NetworkReceiver;
import io.sallyport.core.network.VirtioNetHeader;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.support.Needs;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.core.worker.Workers;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On a device of its own with addresses of TEST-NET-2 (RFC 5737): 198.51.100.1 is this host, 198.51.100.2 is behind the device. */
@Timeout(60)
class TunDeviceTest {
    private final String name = "natv" + ThreadLocalRandom.current().nextInt(100_000);
    private final AtomicInteger lost = new AtomicInteger();
    private final List<Octets> frames = new CopyOnWriteArrayList<>();
    private final List<Integer> readerIndexes = new CopyOnWriteArrayList<>();
    private final Workers workers = Workers.start(2);

    private final class Frames implements NetworkReceiver {
        @Override
        public void accept(ByteBuf frame) {
            readerIndexes.add(frame.readerIndex());
            Octets octets = Octets.read(frame);
            frame.release();
            // the kernel sends router solicitations of its own
            if (octets.at(VirtioNetHeader.OCTETS) >> 4 == 4) {
                frames.add(octets);
            }
        }

        @Override
        public void flush() {}
    }

    @BeforeEach
    void needsRootAndTun() throws Exception {
        Needs.that(Files.exists(Path.of("/dev/net/tun")), "/dev/net/tun");
        Needs.that(Files.isWritable(Path.of("/dev/net/tun")), "write access to /dev/net/tun");
        Needs.that(run("ip", "tuntap", "add", "dev", name, "mode", "tun") == 0, "CAP_NET_ADMIN");
        run("ip", "link", "delete", name);
    }

    @AfterEach
    void stop() {
        workers.close();
    }

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private TunDevice open(int queues) throws TunException {
        return TunDevice.open(name, 1400, queues, lost::incrementAndGet);
    }

    private void up() throws Exception {
        assertThat(run("ip", "address", "add", "198.51.100.1/24", "dev", name)).isZero();
        assertThat(run("ip", "link", "set", name, "mtu", "1400", "up")).isZero();
    }

    private static void on(Worker worker, Runnable task) throws Exception {
        CompletableFuture.runAsync(task, worker).get(10, TimeUnit.SECONDS);
    }

    private static boolean exists(String name) {
        return Files.exists(Path.of("/sys/class/net", name));
    }

    @Test
    void framesFromTheKernelCarryTheirHeaderAndHeadroom() throws Exception {
        try (TunDevice device = open(2)) {
            workers.all().forEach(worker -> device.attach(worker, new Frames()));
            up();
            try (DatagramSocket socket = new DatagramSocket()) {
                InetSocketAddress behind = new InetSocketAddress(InetAddress.ofLiteral("198.51.100.2"), 7);
                for (int i = 0; i < 100; i++) {
                    socket.send(new DatagramPacket(new byte[1372], 1372, behind));
                }
            }
            await().until(() -> frames.size() == 100);
            assertThat(frames).allSatisfy(frame -> {
                assertThat(frame.length()).isEqualTo(VirtioNetHeader.OCTETS + 1400);
                assertThat(frame.at(1)).isEqualTo((byte) VirtioNetHeader.GSO_NONE);
            });
            assertThat(readerIndexes).containsOnly(PacketBuffers.HEADROOM - VirtioNetHeader.OCTETS);
        }
        await().until(() -> !exists(name));
        assertThat(lost).hasValue(0);
    }

    @Test
    void packetsOfAnyBufferReachTheHost() throws Exception {
        try (TunDevice device = open(1);
                DatagramSocket socket = new DatagramSocket(0)) {
            socket.setSoTimeout(5000);
            Worker worker = workers.get(0);
            NetworkQueue queue = device.attach(worker, new Frames());
            up();
            byte[] packet = udp(socket.getLocalPort(), 500);
            on(worker, () -> {
                queue.accept(PacketBuffers.take().writeBytes(packet));
                queue.accept(Unpooled.wrappedBuffer(packet));
                queue.flush();
            });
            DatagramPacket received = new DatagramPacket(new byte[2000], 2000);
            for (int i = 0; i < 2; i++) {
                socket.receive(received);
                assertThat(received.getLength()).isEqualTo(500);
                assertThat(received.getAddress()).isEqualTo(InetAddress.ofLiteral("198.51.100.2"));
            }
        }
    }

    @Test
    void packetThatTheKernelRefusesIsCountedAndTheNextOneArrives() throws Exception {
        try (TunDevice device = open(1);
                DatagramSocket socket = new DatagramSocket(0)) {
            socket.setSoTimeout(5000);
            Worker worker = workers.get(0);
            NetworkQueue queue = device.attach(worker, new Frames());
            byte[] packet = udp(socket.getLocalPort(), 10);
            ByteBuf whileDown = PacketBuffers.take().writeBytes(packet);
            on(worker, () -> {
                queue.accept(whileDown);
                queue.flush();
            });
            assertThat(worker.verdicts().get(Verdict.SEND_FAILED)).isEqualTo(1);
            assertThat(whileDown.refCnt()).isZero();
            up();
            on(worker, () -> {
                queue.accept(PacketBuffers.take().writeBytes(new byte[20]));
                queue.accept(PacketBuffers.take().writeBytes(packet));
                queue.flush();
            });
            socket.receive(new DatagramPacket(new byte[100], 100));
            assertThat(worker.verdicts().get(Verdict.MALFORMED_IP)).isEqualTo(1);
        }
        assertThat(lost).hasValue(0);
    }

    @Test
    void deviceDeletedByAnotherIsReportedOnceAndPacketsAreReleased() throws Exception {
        try (TunDevice device = open(2)) {
            NetworkQueue first = device.attach(workers.get(0), new Frames());
            device.attach(workers.get(1), new Frames());
            up();
            assertThat(run("ip", "link", "delete", name)).isZero();
            await().until(() -> lost.get() > 0);
            ByteBuf late = PacketBuffers.take().writeBytes(udp(9, 10));
            on(workers.get(0), () -> {
                first.accept(late);
                first.flush();
            });
            assertThat(late.refCnt()).isZero();
            assertThat(workers.get(0).verdicts().get(Verdict.SEND_FAILED)).isEqualTo(1);
        }
        on(workers.get(1), () -> {});
        assertThat(lost).hasValue(1);
    }

    @Test
    void deviceThatExistsIsRefused() throws Exception {
        assertThat(run("ip", "tuntap", "add", "dev", name, "mode", "tun", "multi_queue"))
                .isZero();
        try {
            assertThatThrownBy(() -> open(1))
                    .isInstanceOf(TunException.class)
                    .hasMessageContaining("The network device " + name + " exists already");
        } finally {
            run("ip", "link", "delete", name);
        }
        try (TunDevice device = open(1)) {
            assertThatThrownBy(() -> open(1))
                    .isInstanceOf(TunException.class)
                    .hasMessageContaining(device.name() + " exists already");
        }
    }

    @Test
    void closingMakesTheNameFree() throws Exception {
        for (int i = 0; i < 3; i++) {
            try (TunDevice device = open(2)) {
                device.attach(workers.get(0), new Frames());
                device.attach(workers.get(1), new Frames());
                assertThat(exists(name)).isTrue();
            }
            await().until(() -> !exists(name));
        }
    }

    /** An IPv4 packet with a UDP datagram of zeroes from 198.51.100.2:7 to 198.51.100.1, without a UDP checksum. */
    private static byte[] udp(int port, int length) {
        ByteBuf packet = Unpooled.buffer();
        packet.writeInt(0x4500_0000 | 28 + length).writeInt(0).writeInt(0x4011_0000);
        packet.writeInt(0xc633_6402).writeInt(0xc633_6401);
        int sum = 0;
        for (int at = 0; at < 20; at += 2) {
            sum += packet.getUnsignedShort(at);
        }
        packet.setShort(10, ~((sum & 0xffff) + (sum >>> 16)));
        packet.writeShort(7)
                .writeShort(port)
                .writeShort(8 + length)
                .writeShort(0)
                .writeZero(length);
        return Octets.read(packet).toByteArray();
    }
}
