package io.sallyport.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.packet.Checksum;
import io.sallyport.core.packet.IpPacket;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.core.worker.Workers;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemoryNetworkTest {
    private static final InetAddress CLIENT = InetAddress.ofLiteral("172.16.201.5");
    private static final InetAddress CLIENT6 = InetAddress.ofLiteral("fd00::5");
    private static final InetAddress SERVER = InetAddress.ofLiteral("10.20.0.1");
    private static final InetAddress SERVER6 = InetAddress.ofLiteral("fd01::1");

    private final Workers workers = Workers.start(2);
    private final MemoryNetwork network = new MemoryNetwork("memory", 1400);
    private final Collector[] collectors = {new Collector(workers.get(0)), new Collector(workers.get(1))};
    private final NetworkQueue[] queues = {
        network.attach(workers.get(0), collectors[0]), network.attach(workers.get(1), collectors[1])
    };

    @AfterEach
    void close() {
        network.close();
        workers.close();
    }

    private static final class Collector implements NetworkReceiver {
        final Worker worker;
        final List<byte[]> frames = new CopyOnWriteArrayList<>();
        final AtomicInteger flushes = new AtomicInteger();

        Collector(Worker worker) {
            this.worker = worker;
        }

        @Override
        public void accept(ByteBuf frame) {
            assertThat(worker.inWorker()).isTrue();
            frames.add(ByteBufUtil.getBytes(frame));
            frame.release();
        }

        @Override
        public void flush() {
            flushes.incrementAndGet();
        }
    }

    private void send(int worker, byte[]... packets) {
        workers.get(worker).execute(() -> {
            for (byte[] packet : packets) {
                queues[worker].accept(PacketBuffers.take().writeBytes(packet));
            }
            queues[worker].flush();
        });
    }

    private byte[] answer(int worker, byte[] packet) {
        send(worker, packet);
        await().until(() -> !collectors[worker].frames.isEmpty() && collectors[worker].flushes.get() > 0);
        byte[] frame = collectors[worker].frames.getFirst();
        assertThat(frame).startsWith(new byte[VirtioNetHeader.OCTETS]);
        return java.util.Arrays.copyOfRange(frame, VirtioNetHeader.OCTETS, frame.length);
    }

    private static byte[] udp(InetAddress from, InetAddress to, int port, long sequence) {
        ByteBuf frame = new UdpPackets(from, to, port, 32).frame(sequence);
        byte[] packet = ByteBufUtil.getBytes(frame.skipBytes(VirtioNetHeader.OCTETS));
        frame.release();
        return packet;
    }

    // As ping of iputils sends it, with 8 octets: 172.16.201.5 -> 10.20.0.1, id 1, sequence 1
    private static byte[] ping() {
        byte[] packet = Octets.fromHex(
                        "4500002400004000400100000000000000000000" + "0800000000010001" + "0011223344556677")
                .toByteArray();
        ByteBuf buf = io.netty.buffer.Unpooled.wrappedBuffer(packet);
        buf.setBytes(12, CLIENT.getAddress()).setBytes(16, SERVER.getAddress());
        buf.setShort(10, Checksum.finish(Checksum.sum(buf, 0, 20)));
        buf.setShort(22, Checksum.finish(Checksum.sum(buf, 20, 16)));
        return packet;
    }

    private static byte[] ping6() {
        byte[] packet = Octets.fromHex("6000000000103a40" + "00".repeat(32) + "8000000000010001" + "0011223344556677")
                .toByteArray();
        ByteBuf buf = io.netty.buffer.Unpooled.wrappedBuffer(packet);
        buf.setBytes(8, CLIENT6.getAddress()).setBytes(24, SERVER6.getAddress());
        buf.setShort(42, Checksum.finish(Checksum.pseudoHeader(buf, 0, 58, 16) + Checksum.sum(buf, 40, 16)));
        return packet;
    }

    private static void assertChecksumsRight(byte[] octets, int transport, int protocol) {
        ByteBuf buf = io.netty.buffer.Unpooled.wrappedBuffer(octets);
        int length = octets.length - transport;
        assertThat(IpPacket.wellFormed(buf)).isTrue();
        if (transport == 20) {
            assertThat(Checksum.finish(Checksum.sum(buf, 0, 20))).isZero();
        }
        long pseudo = protocol == 1 ? 0 : Checksum.pseudoHeader(buf, 0, protocol, length);
        assertThat(Checksum.finish(pseudo + Checksum.sum(buf, transport, length)))
                .isZero();
    }

    @Test
    void answersPing() {
        byte[] reply = answer(0, ping());
        assertThat(reply).hasSize(36).endsWith(0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77);
        assertThat(reply[20]).isZero();
        assertThat(java.util.Arrays.copyOfRange(reply, 12, 16)).isEqualTo(SERVER.getAddress());
        assertThat(java.util.Arrays.copyOfRange(reply, 16, 20)).isEqualTo(CLIENT.getAddress());
        assertChecksumsRight(reply, 20, 1);
    }

    @Test
    void answersPingOfIpv6OnTheQueueItCameFrom() {
        byte[] reply = answer(1, ping6());
        assertThat(reply[40] & 0xff).isEqualTo(129);
        assertThat(java.util.Arrays.copyOfRange(reply, 8, 24)).isEqualTo(SERVER6.getAddress());
        assertThat(java.util.Arrays.copyOfRange(reply, 24, 40)).isEqualTo(CLIENT6.getAddress());
        assertChecksumsRight(reply, 40, 58);
        assertThat(collectors[0].frames).isEmpty();
    }

    @Test
    void returnsUdpSentToTheEchoPort() {
        byte[] reply = answer(0, udp(CLIENT, SERVER, 7, 42));
        ByteBuf buf = io.netty.buffer.Unpooled.wrappedBuffer(reply);
        assertThat(buf.getUnsignedShort(20)).isEqualTo(7);
        assertThat(buf.getUnsignedShort(22)).isEqualTo(9);
        assertThat(buf.getLong(28)).isEqualTo(42);
        assertChecksumsRight(reply, 20, 17);
    }

    @Test
    void returnsUdpOverIpv6() {
        assertChecksumsRight(answer(0, udp(CLIENT6, SERVER6, 7, 42)), 40, 17);
    }

    @Test
    void countsWhatIsSentToTheDiscardPort() {
        send(
                0,
                udp(CLIENT, SERVER, 9, 0),
                udp(CLIENT, SERVER, 9, 1),
                udp(CLIENT, SERVER, 9, 4),
                udp(CLIENT, SERVER, 9, 3));
        send(1, udp(CLIENT6, SERVER6, 9, 0));
        await().until(() -> network.delivered().packets() == 5);
        Delivered delivered = network.delivered(CLIENT);
        assertThat(delivered).isEqualTo(new Delivered(4, 4 * 32, 1, 4));
        assertThat(delivered.lost()).isOne();
        assertThat(network.delivered(CLIENT6)).isEqualTo(new Delivered(1, 32, 0, 0));
        assertThat(network.delivered(SERVER)).isEqualTo(new Delivered(0, 0, 0, -1));
        assertThat(network.delivered().lost()).isOne();
    }

    @Test
    void refusesDamage() {
        byte[] damaged = udp(CLIENT, SERVER, 9, 1);
        damaged[40] ^= 1;
        byte[] damagedPing = ping();
        damagedPing[30] ^= 1;
        send(0, damaged, damagedPing, new byte[] {0x45, 0}, udp(CLIENT, SERVER, 9, 2));
        await().until(() -> network.delivered().packets() == 1);
        assertThat(workers.get(0).verdicts().get(Verdict.MALFORMED_IP)).isEqualTo(3);
        assertThat(collectors[0].frames).isEmpty();
    }

    @Test
    void isAPacedSource() {
        long start = System.nanoTime();
        PacedSource source = network.send(workers.get(1), SERVER, CLIENT, 5001, 1000, 2000, 300);
        await().atMost(Duration.ofSeconds(20)).until(source::isDone);
        long millis = (System.nanoTime() - start) / 1_000_000;
        // the 300th is due 149.5 ms after the first
        assertThat(millis).isGreaterThanOrEqualTo(140);
        assertThat(source.sent()).isEqualTo(300);
        assertThat(collectors[1].frames).hasSize(300);
        for (int i = 0; i < 300; i++) {
            byte[] frame = collectors[1].frames.get(i);
            byte[] packet = java.util.Arrays.copyOfRange(frame, 10, frame.length);
            assertThat(packet).hasSize(1028);
            assertThat(io.netty.buffer.Unpooled.wrappedBuffer(packet).getLong(28))
                    .isEqualTo(i);
            assertChecksumsRight(packet, 20, 17);
        }
    }

    @Test
    void anEndlessSourceStopsWhenTold() {
        PacedSource source = network.send(workers.get(0), SERVER6, CLIENT6, 5001, 8, 100_000, 0);
        await().until(() -> source.sent() > 500);
        source.stop();
        assertThat(source.isDone()).isTrue();
        byte[] frame = collectors[0].frames.getFirst();
        assertChecksumsRight(java.util.Arrays.copyOfRange(frame, 10, frame.length), 40, 17);
    }

    @Test
    void refusesWhatDoesNotFitTheMtu() {
        assertThatThrownBy(() -> network.send(workers.get(0), SERVER, CLIENT, 1, 1373, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> network.send(workers.get(0), SERVER, CLIENT6, 1, 100, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noPacketBreaksIt() {
        Random random = new Random(768);
        byte[][] seeds = {ping(), ping6(), udp(CLIENT, SERVER, 7, 1), udp(CLIENT6, SERVER6, 9, 1)};
        for (int round = 0; round < 200; round++) {
            byte[][] packets = new byte[50][];
            for (int i = 0; i < packets.length; i++) {
                byte[] seed = seeds[random.nextInt(seeds.length)];
                packets[i] = java.util.Arrays.copyOf(seed, random.nextInt(seed.length + 1));
                for (int mutation = random.nextInt(4); mutation > 0 && packets[i].length > 0; mutation--) {
                    packets[i][random.nextInt(packets[i].length)] = (byte) random.nextInt();
                }
            }
            send(0, packets);
        }
        send(0, udp(CLIENT, SERVER, 9, 7));
        await().until(() -> network.delivered(CLIENT).packets() >= 1);
    }
}
