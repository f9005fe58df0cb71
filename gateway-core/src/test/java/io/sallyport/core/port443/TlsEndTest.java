package io.sallyport.core.port443;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.worker.Compute;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Workers;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECParameterSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that end, and what is then left of them: {@link TlsSite#close} sees to it that it is nothing. */
@Timeout(120)
class TlsEndTest {
    private static final TlsCredentials CREDENTIALS = TestKeys.ECDSA.server("vpn.example.test");

    private static final byte[] HELLO = {'h', 'e', 'l', 'l', 'o'};
    private static final int MOST_KEY_UPDATES = 2_000_000;

    /** Says more than any window takes, below what would cut it off, and writes down what it hears of the end. */
    private static final class Talker extends ChannelInboundHandlerAdapter {
        private final List<String> heard;

        Talker(List<String> heard) {
            this.heard = heard;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslCloseCompletionEvent) {
                heard.add("close_notify");
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            heard.add("the end");
        }

        /** @param closes when it has said all */
        static TlsApplication application(List<String> heard, boolean closes) {
            return (channel, worker, shown) -> {
                channel.pipeline().addLast(new Talker(heard));
                var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[7 << 20]));
                if (closes) {
                    var _ = channel.close();
                }
            };
        }
    }

    /** A close_notify of its own would come after the rest, so there is none. */
    @ParameterizedTest
    @CsvSource({"OPENSSL, TLSv1.2", "OPENSSL, TLSv1.3", "JDK, TLSv1.2", "JDK, TLSv1.3"})
    void whoSaysGoodbyeAndReadsNothingIsGoneAtOnce(TlsTermination.Provider provider, String version) throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT, Talker.application(heard, false))) {
            SSLSocket socket = site.over(site.connectWithoutRoom(), version);
            assertThat(socket.getInputStream().read()).isZero();
            socket.shutdownOutput();
            await().until(() -> !heard.isEmpty());
            site.settle();
            assertThat(heard).containsExactly("close_notify", "the end");
            assertThat(site.connections()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"OPENSSL, TLSv1.2", "OPENSSL, TLSv1.3", "JDK, TLSv1.2", "JDK, TLSv1.3"})
    void whoReadsNothingOfTheLastWordsKeepsItsConnectionOnlyForSeconds(TlsTermination.Provider provider, String version)
            throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT, Talker.application(heard, true))) {
            SSLSocket socket = site.over(site.connectWithoutRoom(), version);
            assertThat(socket.getInputStream().read()).isZero();
            site.settle();
            assertThat(site.connections()).as("waits until they are read").isOne();
            await().until(() -> site.connections() == 0);
            assertThat(heard).endsWith("the end");
        }
    }

    /** Each is answered by one, which this client never takes. BoringSSL ends it for more than 32 in a row, before anything piles up. */
    @ParameterizedTest
    @CsvSource({"OPENSSL, NOT_AUTHENTIC", "JDK, LINK_FULL"})
    void keyUpdatesWithoutEndEndTheirConnection(TlsTermination.Provider provider, Verdict verdict) throws Exception {
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT)) {
            SSLSocket socket = site.connectTls("TLSv1.3");
            TlsSite.exchange(socket, HELLO);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < MOST_KEY_UPDATES; i++) {
                            // after the handshake: KeyUpdate, update_requested
                            socket.startHandshake();
                        }
                    })
                    .isInstanceOf(IOException.class);
            await().until(() -> site.ended.get() == 1);
            assertThat(site.count(verdict)).isOne();
            assertThat(site.countAll()).isOne();
            assertThat(TlsSite.exchange(site.connectTls("TLSv1.3"), HELLO)).isEqualTo(HELLO);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void aHandshakeThatIsResetLeavesNothing(TlsTermination.Provider provider) throws Exception {
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT)) {
            for (int i = 0; i < 20; i++) {
                Socket socket = site.connect();
                socket.getOutputStream().write(RawHello.octets(0x0303));
                if (i % 2 == 0) {
                    // its ServerHello is there
                    socket.getInputStream().readNBytes(6);
                }
                reset(socket);
            }
            await().until(() -> site.connections() == 0 && site.tls.handshakes() == 0);
            assertThat(site.count(Verdict.INTERNAL_ERROR)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void aHandshakeThatIsLateLeavesNothing(TlsTermination.Provider provider) throws Exception {
        TlsLimits hurried = new TlsLimits(256, 4096, Duration.ofMillis(300), 64 * 1024);
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, hurried)) {
            Socket socket = site.connect();
            socket.getOutputStream().write(RawHello.octets(0x0303));
            TlsSite.readToEnd(socket);
            assertThat(site.count(Verdict.DEADLINE_PASSED)).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void aHandshakeWithoutAPlaceForItsSignatureLeavesNothing(TlsTermination.Provider provider) throws Exception {
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT)) {
            site.compute.close();
            assertThatThrownBy(() -> site.connectTls("TLSv1.2")).isInstanceOf(IOException.class);
            assertThat(site.count(Verdict.HANDSHAKE_LIMIT)).isOne();
        }
    }

    /** An engine that is locked for as long as a signature takes would hold up everybody else's packets. */
    @Test
    void aWorkerGoesOnWhileTheSignatureOfAClientThatHasGoneIsUnderWay() throws Exception {
        SlowKey key = new SlowKey((ECPrivateKey) CREDENTIALS.key());
        try (TlsSite site = new TlsSite(
                TlsTermination.Provider.OPENSSL, new TlsCredentials(CREDENTIALS.chain(), key), TlsLimits.DEFAULT)) {
            key.armed = true;
            Socket socket = site.connect();
            socket.getOutputStream().write(RawHello.octets(0x0303));
            key.used.await();
            reset(socket);
            await().until(() -> site.connections() == 0);
            assertThat(site.tls.handshakes()).isZero();
            key.mayGoOn.countDown();
        } finally {
            key.mayGoOn.countDown();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void whoResetsWhileItsSignatureWaitsIsForgottenAtOnce(TlsTermination.Provider provider) throws Exception {
        CountDownLatch mayCompute = new CountDownLatch(1);
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT)) {
            site.compute.submit(site.workers.get(0), () -> awaitQuietly(mayCompute), () -> {});
            for (int i = 0; i < 20; i++) {
                Socket socket = site.connect();
                socket.getOutputStream().write(RawHello.octets(0x0303));
                await().until(() -> site.tls.handshakes() == 1);
                reset(socket);
                await().until(() -> site.tls.handshakes() == 0);
            }
            assertThat(site.count(Verdict.NOT_THIS_PROTOCOL)).isEqualTo(20);
            mayCompute.countDown();
            assertThat(TlsSite.exchange(site.connectTls("TLSv1.3"), HELLO)).isEqualTo(HELLO);
        } finally {
            mayCompute.countDown();
        }
    }

    /** Who counts for nothing any more costs nothing either, or resets by the thousand would fill what handshakes of others wait for. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingIsComputedForAClientThatHasGone(boolean gone) throws Exception {
        CountDownLatch mayCompute = new CountDownLatch(1);
        AtomicInteger computed = new AtomicInteger();
        try (Workers workers = Workers.start(1);
                Compute compute = new Compute(1)) {
            compute.submit(workers.get(0), () -> awaitQuietly(mayCompute), () -> {});
            TlsConnection connection = new TlsConnection(
                    workers.get(0),
                    compute,
                    Duration.ofSeconds(60),
                    () -> {},
                    (channel, worker, shown) -> {},
                    new ShownCertificate(List.of(), List.of()));
            EmbeddedChannel channel = new EmbeddedChannel(connection);
            connection.execute(computed::incrementAndGet);
            if (gone) {
                var _ = channel.close();
            }
            mayCompute.countDown();
            CountDownLatch all = new CountDownLatch(1);
            compute.submit(workers.get(0), all::countDown, () -> {});
            all.await();
            assertThat(computed).hasValue(gone ? 0 : 1);
        } finally {
            mayCompute.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Once armed it is used only when it may be. */
    private static final class SlowKey implements ECPrivateKey {
        private static final long serialVersionUID = 1;

        private final transient ECPrivateKey key;
        private final transient CountDownLatch used = new CountDownLatch(1);
        private final transient CountDownLatch mayGoOn = new CountDownLatch(1);
        private volatile boolean armed;

        SlowKey(ECPrivateKey key) {
            this.key = key;
        }

        @Override
        public BigInteger getS() {
            if (armed) {
                used.countDown();
                try {
                    mayGoOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return key.getS();
        }

        @Override
        public ECParameterSpec getParams() {
            return key.getParams();
        }

        @Override
        public String getAlgorithm() {
            return key.getAlgorithm();
        }

        @Override
        public String getFormat() {
            return key.getFormat();
        }

        @Override
        public byte[] getEncoded() {
            return key.getEncoded();
        }
    }
}
