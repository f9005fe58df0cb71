package io.sallyport.openvpn.server;

import static io.sallyport.openvpn.server.OpenVpnServerTest.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.support.TestGateway;
import io.sallyport.core.udp.DatagramEdge;
import io.sallyport.core.udp.DatagramReceiver;
import io.sallyport.core.udp.UdpPath;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.openvpn.wire.Acks;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.ControlWrap;
import io.sallyport.openvpn.wire.OvpnSessionId;
import io.sallyport.openvpn.wire.PlainWrap;
import io.sallyport.openvpn.wire.ReplayId;
import io.sallyport.openvpn.wire.TlsCrypt;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * First packets whose sources are forged. Through the receiver of one worker, because loopback shows a gateway its own
 * addresses only.
 */
@Timeout(300)
class ResetFloodTest {
    private static final int RESETS = 1_000_000;
    private static final int BATCH = 10_000;
    private static final int SOURCES = 1 << 16;
    private static final int KINDS = 1 << 12;
    /** What a tree of objects for each would be, and far from it. */
    private static final long HEAP_TOLERANCE = 8L << 20;
    /** Garbage of the most expensive one: decrypting, the cookie and encrypting, each with a digest of its own. */
    private static final long GARBAGE_PER_RESET = 8 * 1024;

    private static final InetSocketAddress LOCAL = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 1194);

    private final UdpPath[] sources = new UdpPath[SOURCES];
    private final byte[][] resets = new byte[KINDS][];
    private final Answers answers = new Answers();
    private ResourceLeakDetector.Level levelBefore = ResourceLeakDetector.getLevel();
    private long garbage;

    /** Its tracking would be counted as ours. */
    @BeforeEach
    void withoutLeakDetector() {
        levelBefore = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterEach
    void withIt() {
        ResourceLeakDetector.setLevel(levelBefore);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMillionOfThemKeepNothingAndAreAnsweredWithFewOctets(boolean tlsCrypt) throws Exception {
        forge(tlsCrypt);
        try (Besieged besieged = new Besieged(tlsCrypt ? key() : null)) {
            flood(besieged, SOURCES, RESETS / 10);
            long heap = heap();
            garbage = 0;
            answers.reset();
            flood(besieged, SOURCES, RESETS);
            assertThat(heap() - heap).as("octets of heap that stay").isLessThan(HEAP_TOLERANCE);
            assertThat(besieged.site.server.halfOpen()).isZero();
            System.out.printf(
                    "%s: %d octets of garbage a reset, %d answers to %d of them, %d octets for %d%n",
                    tlsCrypt ? "tls-crypt" : "none",
                    garbage / RESETS,
                    answers.count,
                    RESETS,
                    answers.longest,
                    resets[0].length);
            assertThat(garbage / RESETS).as("octets of garbage a reset").isLessThan(GARBAGE_PER_RESET);
            assertThat(answers.count).isBetween(1, RESETS);
            assertThat(answers.longest).isLessThanOrEqualTo(resets[0].length + 64);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneSourceIsAnsweredOnlySoOften(boolean tlsCrypt) throws Exception {
        forge(tlsCrypt);
        try (Besieged besieged = new Besieged(tlsCrypt ? key() : null)) {
            long begin = System.nanoTime();
            flood(besieged, 1, RESETS / 10);
            long windows = (System.nanoTime() - begin) / 1_000_000_000L / ResetLimiter.WINDOW_SECONDS + 2;
            int limit = OpenVpnLimits.DEFAULT.resetsPerSource();
            assertThat((long) answers.count).isBetween((long) limit, limit * windows);
            assertThat(besieged.drops(Verdict.HANDSHAKE_LIMIT)).isEqualTo(RESETS / 10 - answers.count);
        }
    }

    private void flood(Besieged besieged, int fromSources, int count) {
        Worker worker = besieged.site.gateway.workers.get(0);
        DatagramReceiver receiver = besieged.site.server.udp(worker);
        for (int sent = 0; sent < count; sent += BATCH) {
            int from = sent;
            garbage += TestGateway.on(worker, () -> batch(receiver, fromSources, from));
            if (sent % (RESETS / 10) == 0) {
                besieged.othersGoOn();
            }
        }
    }

    /** Octets that were allocated for it. */
    private long batch(DatagramReceiver receiver, int fromSources, int from) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = from; i < from + BATCH; i++) {
            ByteBuf datagram = PacketBuffers.take();
            datagram.writeBytes(resets[i % KINDS]);
            receiver.accept(answers, sources[i % fromSources], datagram);
            if (i % 32 == 0) {
                receiver.flush();
            }
        }
        receiver.flush();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static long heap() {
        var memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }

    private void forge(boolean tlsCrypt) throws Exception {
        Random random = new Random(1194);
        byte[] address = new byte[4];
        for (int i = 0; i < SOURCES; i++) {
            random.nextBytes(address);
            int port = 1024 + random.nextInt(60_000);
            sources[i] = new UdpPath(new InetSocketAddress(InetAddress.getByAddress(address), port), LOCAL);
        }
        try (ControlWrap wrap = tlsCrypt ? new TlsCrypt(key(), TlsCrypt.End.CLIENT) : new PlainWrap()) {
            for (int i = 0; i < KINDS; i++) {
                OvpnSessionId id = new OvpnSessionId(random.nextLong() | 1);
                ByteBuf out = Unpooled.buffer();
                ReplayId replayId = tlsCrypt ? new ReplayId(1_700_000_000L, 1) : ReplayId.NONE;
                wrap.wrap(new ControlPacket.HardResetClientV2(id, Acks.NONE, 0, Octets.EMPTY), replayId, out);
                resets[i] = ByteBufUtil.getBytes(out);
            }
        }
    }

    /** An edge that no socket is behind. */
    private static final class Answers implements DatagramEdge {
        private int count;
        private int longest;

        void reset() {
            count = 0;
            longest = 0;
        }

        /** Not that of the gateway's own. */
        @Override
        public int index() {
            return 1;
        }

        @Override
        public InetSocketAddress localAddress() {
            return LOCAL;
        }

        @Override
        public void accept(ByteBuf datagram, UdpPath path) {
            count++;
            longest = Math.max(longest, datagram.readableBytes());
            datagram.release();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
