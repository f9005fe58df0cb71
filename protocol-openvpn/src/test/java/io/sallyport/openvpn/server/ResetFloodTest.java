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
import io.sallyport.openvpn.wire.ClientKeyV2;
import io.sallyport.openvpn.wire.ConnectionWrap;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.HmacDigest;
import io.sallyport.openvpn.wire.KeyDirection;
import io.sallyport.openvpn.wire.OvpnSessionId;
import io.sallyport.openvpn.wire.ServerKeyV2;
import io.sallyport.openvpn.wire.ServerKeys;
import io.sallyport.openvpn.wire.V2Samples;
import io.sallyport.openvpn.wire.WrapKey;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * First packets whose sources are forged. Through the receiver of one worker, because loopback shows a gateway its own
 * addresses only.
 */
@Timeout(300)
class ResetFloodTest {
    private static final int RESETS = 1_000_000;
    private static final int WARM_UP = RESETS / 10;
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

    /** What stands around the packets of those whom the flood comes between, and of the flood. */
    enum Around {
        NONE,
        TLS_AUTH,
        TLS_CRYPT,
        /** Under a key of a client's own, which whoever has one profile has. */
        TLS_CRYPT_V2,
        /** Of the same form, with a key that nobody wrapped. */
        TLS_CRYPT_V2_FORGED;

        ServerKeys server() throws Exception {
            return switch (this) {
                case NONE -> ServerKeys.NONE;
                case TLS_AUTH ->
                    new ServerKeys(new WrapKey.ForTlsAuth(key(), HmacDigest.SHA256, KeyDirection.NORMAL), null, 0);
                case TLS_CRYPT -> ServerKeys.tlsCrypt(key());
                case TLS_CRYPT_V2, TLS_CRYPT_V2_FORGED ->
                    new ServerKeys(null, ServerKeyV2.parse(V2Samples.SERVER_KEY), 0);
            };
        }

        @Nullable
        WrapKey client() throws Exception {
            return switch (this) {
                case NONE -> null;
                case TLS_AUTH -> new WrapKey.ForTlsAuth(key(), HmacDigest.SHA256, KeyDirection.INVERSE);
                case TLS_CRYPT -> new WrapKey.ForTlsCrypt(key());
                case TLS_CRYPT_V2, TLS_CRYPT_V2_FORGED -> ClientKeyV2.parse(V2Samples.CLIENT_KEY);
            };
        }

        /** Whether the flood has the key. */
        boolean isAnswered() {
            return this != TLS_CRYPT_V2_FORGED;
        }
    }

    @ParameterizedTest
    @EnumSource(Around.class)
    void aMillionOfThemKeepNothingAndAreAnsweredWithFewOctets(Around around) throws Exception {
        forge(around);
        try (Besieged besieged = new Besieged(around.server(), around.client())) {
            flood(besieged, SOURCES, WARM_UP);
            long heap = heap();
            garbage = 0;
            flood(besieged, SOURCES, RESETS);
            assertThat(heap() - heap).as("octets of heap that stay").isLessThan(HEAP_TOLERANCE);
            assertThat(besieged.site.server.halfOpen()).isZero();
            System.out.printf(
                    "%s: %d octets of garbage a reset, %d answers to %d of them, %d octets for %d%n",
                    around, garbage / RESETS, answers.count, WARM_UP + RESETS, answers.longest, resets[0].length);
            assertThat(garbage / RESETS).as("octets of garbage a reset").isLessThan(GARBAGE_PER_RESET);
            assertThat(answers.longest).isLessThanOrEqualTo(resets[0].length + 64);
            // Of both floods: the first may have had all the answers of the second in which both ended.
            if (around.isAnswered()) {
                assertThat(answers.count).isPositive();
                assertThat(answers.count + limited(besieged)).isEqualTo(WARM_UP + RESETS);
            } else {
                assertThat(answers.count).isZero();
                assertThat(besieged.drops(Verdict.NOT_AUTHENTIC)).isEqualTo(WARM_UP + RESETS);
            }
        }
    }

    private static long limited(Besieged besieged) {
        return besieged.drops(Verdict.HANDSHAKE_LIMIT) + besieged.drops(Verdict.ANSWER_LIMIT);
    }

    /** However many sources it has: whom the answers go to has asked for none. */
    @Test
    void oneWorkerAnswersOnlySoOftenASecond() throws Exception {
        forge(Around.NONE);
        try (Besieged besieged = new Besieged(null)) {
            long begin = System.nanoTime();
            flood(besieged, SOURCES, RESETS);
            long seconds = (System.nanoTime() - begin) / 1_000_000_000L + 2;
            assertThat((long) answers.count).isBetween(1L, seconds * Newcomers.ANSWERS_A_SECOND);
            assertThat(answers.count + limited(besieged)).isEqualTo(RESETS);
        }
    }

    /** A key that comes once has to be kept: those that nothing more is heard of have their share of the table. */
    @Test
    void keysThatComeOnceFillTheirShareAndNoMore() throws Exception {
        forge(ClientKeyV2.parse(V2Samples.CLIENT_KEY).withoutResending(), true);
        int share = OpenVpnLimits.DEFAULT.halfOpen() / HalfOpen.UNPROVEN_SHARE;
        try (Besieged besieged = new Besieged(Around.TLS_CRYPT_V2.server(), Around.TLS_CRYPT_V2.client())) {
            flood(besieged, SOURCES, BATCH);
            assertThat(answers.count).isGreaterThanOrEqualTo(share);
            assertThat(answers.longest).isLessThan(resets[0].length);
            assertThat(limited(besieged)).isPositive();
            assertThat(besieged.site.server.halfOpen()).isLessThanOrEqualTo(share);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "TLS_AUTH", "TLS_CRYPT", "TLS_CRYPT_V2"})
    void oneSourceIsAnsweredOnlySoOften(Around around) throws Exception {
        forge(around);
        try (Besieged besieged = new Besieged(around.server(), around.client())) {
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

    private void forge(Around around) throws Exception {
        forge(around.client(), around.isAnswered());
    }

    private void forge(@Nullable WrapKey key, boolean intact) throws Exception {
        Random random = new Random(1194);
        byte[] address = new byte[4];
        for (int i = 0; i < SOURCES; i++) {
            random.nextBytes(address);
            int port = 1024 + random.nextInt(60_000);
            sources[i] = new UdpPath(new InetSocketAddress(InetAddress.getByAddress(address), port), LOCAL);
        }
        for (int i = 0; i < KINDS; i++) {
            OvpnSessionId id = new OvpnSessionId(random.nextLong() | 1);
            resets[i] = reset(key, id);
            if (!intact) {
                // in the middle of the wrapped key
                resets[i][resets[i].length - 100] ^= 1;
            }
        }
    }

    private static byte[] reset(@Nullable WrapKey key, OvpnSessionId id) {
        ByteBuf out = Unpooled.buffer();
        try (ConnectionWrap wrap = ConnectionWrap.ofClient(key, 1_700_000_000L)) {
            wrap.wrap(new ControlPacket.HardResetClientV2(id, Acks.NONE, 0, Octets.EMPTY), out);
        }
        return ByteBufUtil.getBytes(out);
    }

    /** An edge that no socket is behind. */
    private static final class Answers implements DatagramEdge {
        private int count;
        private int longest;

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
