package io.sallyport.core.port443;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.tls.TestPki;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.worker.Compute;
import io.sallyport.core.worker.Verdict;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class TlsTerminationTest {
    private static final TlsCredentials CREDENTIALS = TestKeys.RSA.server("vpn.example.test");
    private static final byte[] HELLO = {'h', 'e', 'l', 'l', 'o'};

    private static Octets digest(String algorithm, Certificate certificate) throws Exception {
        return Octets.of(MessageDigest.getInstance(algorithm).digest(certificate.getEncoded()));
    }

    private static ShownCertificate shown(Certificate leaf) throws Exception {
        return new ShownCertificate(List.of(digest("SHA-1", leaf)), List.of(digest("SHA-256", leaf)));
    }

    @ParameterizedTest
    @CsvSource({
        "OPENSSL, TLSv1.2, RSA",
        "OPENSSL, TLSv1.2, ECDSA",
        "OPENSSL, TLSv1.3, RSA",
        "OPENSSL, TLSv1.3, ECDSA",
        "JDK, TLSv1.2, RSA",
        "JDK, TLSv1.2, ECDSA",
        "JDK, TLSv1.3, RSA",
        "JDK, TLSv1.3, ECDSA"
    })
    void theApplicationGetsPlaintextAndTheCertificateThatWasShown(
            TlsTermination.Provider provider, String version, TestPki.Keys keys) throws Exception {
        TlsCredentials credentials =
                (keys == TestPki.Keys.RSA ? TestKeys.RSA : TestKeys.ECDSA).server("vpn.example.test");
        try (TlsSite site = new TlsSite(provider, credentials, TlsLimits.DEFAULT)) {
            assertThat(site.tls.provider()).isEqualTo(provider);
            SSLSocket socket = site.connectTls(version);
            assertThat(TlsSite.exchange(socket, HELLO)).isEqualTo(HELLO);
            assertThat(socket.getSession().getProtocol()).isEqualTo(version);
            Certificate leaf = socket.getSession().getPeerCertificates()[0];
            assertThat(leaf).isEqualTo(credentials.chain().getFirst());
            assertThat(site.shown).containsExactly(shown(leaf));
            assertThat(site.tls.handshakes()).isZero();
            assertThat(site.countAll()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void plaintextArrivesInOrderHoweverItIsCut(TlsTermination.Provider provider) throws Exception {
        byte[] sent = new byte[3 << 20];
        new Random(443).nextBytes(sent);
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT)) {
            SSLSocket socket = site.connectTls("TLSv1.3");
            OutputStream out = socket.getOutputStream();
            Thread writer = Thread.ofVirtual().start(() -> {
                Random random = new Random(1);
                try {
                    for (int at = 0; at < sent.length; ) {
                        int length =
                                Math.min(1 + random.nextInt(random.nextBoolean() ? 100 : 40_000), sent.length - at);
                        out.write(sent, at, length);
                        at += length;
                    }
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(socket.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
            writer.join();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void anOldConnectionKeepsWhatItWasShownAndTheNextSeesTheNew(TlsTermination.Provider provider) throws Exception {
        TlsCredentials next = TestKeys.ECDSA.server("vpn.example.test");
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT)) {
            SSLSocket old = site.connectTls("TLSv1.3");
            assertThat(TlsSite.exchange(old, HELLO)).isEqualTo(HELLO);
            site.tls.replace(next);
            assertThat(TlsSite.exchange(old, HELLO)).isEqualTo(HELLO);
            SSLSocket young = site.connectTls("TLSv1.3");
            assertThat(TlsSite.exchange(young, HELLO)).isEqualTo(HELLO);
            assertThat(young.getSession().getPeerCertificates()[0])
                    .isEqualTo(next.chain().getFirst());
            assertThat(site.shown)
                    .containsExactly(
                            shown(CREDENTIALS.chain().getFirst()),
                            shown(next.chain().getFirst()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void aConnectionInItsHandshakeIsShownWhatItBeganWith(TlsTermination.Provider provider) throws Exception {
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT)) {
            Socket early = site.connect();
            early.getOutputStream().write(RawHello.octets(0x0303), 0, 3);
            await().until(() -> site.tls.handshakes() == 1);
            site.tls.replace(TestKeys.ECDSA.server("vpn.example.test"));
            early.getOutputStream().write(RawHello.octets(0x0303), 3, RawHello.octets(0x0303).length - 3);
            byte[] leaf = CREDENTIALS.chain().getFirst().getEncoded();
            // the leaf is within the Certificate message, behind a ServerHello of up to 100 octets
            byte[] flight = early.getInputStream().readNBytes(leaf.length + 110);
            assertThat(Octets.of(flight).toHex()).contains(Octets.of(leaf).toHex());
        }
    }

    @Test
    void aReplacedContextIsFreedWithItsLastConnection() throws Exception {
        try (TlsSite site = new TlsSite(TlsTermination.Provider.OPENSSL, CREDENTIALS, TlsLimits.DEFAULT)) {
            TlsIdentity first = java.util.Objects.requireNonNull(site.tls.identity());
            SSLSocket one = site.connectTls("TLSv1.3");
            SSLSocket two = site.connectTls("TLSv1.2");
            TlsSite.exchange(one, HELLO);
            TlsSite.exchange(two, HELLO);
            assertThat(first.references()).isEqualTo(3);
            for (int i = 0; i < 5; i++) {
                TlsIdentity before = java.util.Objects.requireNonNull(site.tls.identity());
                site.tls.replace(CREDENTIALS);
                assertThat(before.references()).isEqualTo(before == first ? 2 : 0);
            }
            one.close();
            await().until(() -> first.references() == 1);
            two.close();
            await().until(() -> first.references() == 0);
            assertThat(first.retain()).isFalse();
            TlsIdentity last = java.util.Objects.requireNonNull(site.tls.identity());
            site.tls.close();
            assertThat(last.references()).isZero();
            Socket late = site.connect();
            late.getOutputStream().write(new byte[] {22, 3});
            assertThat(TlsSite.readToEnd(late)).isEmpty();
            assertThat(site.count(Verdict.DRAINING)).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void connectionsGoOnWhileCertificatesAreReplaced(TlsTermination.Provider provider) throws Exception {
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT)) {
            TlsCredentials[] both = {CREDENTIALS, TestKeys.RSA.server("vpn.example.test")};
            FutureTask<Integer> reloading = new FutureTask<>(() -> {
                int replaced = 0;
                while (replaced < 60) {
                    site.tls.replace(both[replaced++ % 2]);
                }
                return replaced;
            });
            Thread.ofPlatform().start(reloading);
            for (int i = 0; i < 20; i++) {
                SSLSocket socket = site.connectTls(i % 2 == 0 ? "TLSv1.2" : "TLSv1.3");
                assertThat(TlsSite.exchange(socket, HELLO)).isEqualTo(HELLO);
                Certificate leaf = socket.getSession().getPeerCertificates()[0];
                assertThat(site.shown.get(i)).isEqualTo(shown(leaf));
                socket.close();
            }
            assertThat(reloading.get()).isEqualTo(60);
            assertThat(site.countAll()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"OPENSSL, TLSv1.2", "OPENSSL, TLSv1.3", "JDK, TLSv1.2", "JDK, TLSv1.3"})
    void everyHandshakeShowsTheCertificate(TlsTermination.Provider provider, String version) throws Exception {
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT)) {
            for (int i = 1; i <= 3; i++) {
                SSLSocket socket = site.connectTls(version);
                TlsSite.exchange(socket, HELLO);
                socket.close();
                assertThat(site.verified.get()).isEqualTo(i);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"OPENSSL, TLSv1.2", "OPENSSL, TLSv1.3", "JDK, TLSv1.2", "JDK, TLSv1.3"})
    void aCloseNotifyIsAnsweredWithOne(TlsTermination.Provider provider, String version) throws Exception {
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT)) {
            SSLSocket socket = site.connectTls(version);
            TlsSite.exchange(socket, HELLO);
            socket.shutdownOutput();
            // without one the JDK throws
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            await().until(() -> site.ended.get() == 1 && site.connections() == 0);
            assertThat(site.countAll()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void whatWasWrittenBeforeACloseArrives(TlsTermination.Provider provider) throws Exception {
        TlsApplication sayAndClose = (channel, worker, shown) -> {
            var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[100_000]));
            var _ = channel.close();
        };
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT, sayAndClose)) {
            InputStream in = site.connectTls("TLSv1.3").getInputStream();
            assertThat(in.readAllBytes()).hasSize(100_000);
        }
    }

    /** Counts the records that leave. */
    private static final class Records extends ChannelOutboundHandlerAdapter {
        private final AtomicInteger records;

        Records(AtomicInteger records) {
            this.records = records;
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            ByteBuf octets = (ByteBuf) message;
            for (int at = octets.readerIndex(); at < octets.writerIndex(); ) {
                // application_data(23); an alert at the end is none
                records.addAndGet(octets.getByte(at) == 23 ? 1 : 0);
                at += 5 + octets.getUnsignedShort(at + 3);
            }
            var _ = ctx.write(message, promise);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void manySmallWritesLeaveAsFewRecords(TlsTermination.Provider provider) throws Exception {
        AtomicInteger records = new AtomicInteger();
        TlsApplication manyWrites = (channel, worker, shown) -> worker.execute(() -> writeMany(channel, records));
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT, manyWrites)) {
            byte[] read = site.connectTls("TLSv1.2").getInputStream().readNBytes(100 * 1000);
            for (int i = 0; i < read.length; i++) {
                assertThat(read[i]).isEqualTo((byte) (i / 1000));
            }
            // 100,000 octets in records of at most 2^14
            assertThat(records.get()).isEqualTo(7);
        }
    }

    private static void writeMany(Channel channel, AtomicInteger records) {
        channel.pipeline().addFirst(new Records(records));
        for (int i = 0; i < 100; i++) {
            byte[] packet = new byte[1000];
            java.util.Arrays.fill(packet, (byte) i);
            var _ = channel.write(channel.alloc().directBuffer().writeBytes(packet), channel.voidPromise());
        }
        channel.flush();
    }

    @Test
    void aKeyThatIsNotTheCertificatesIsRefused() {
        TlsCredentials mixed = new TlsCredentials(
                CREDENTIALS.chain(), TestKeys.RSA.server("vpn.example.test").key());
        try (Compute compute = new Compute(1)) {
            for (TlsTermination.Provider provider : TlsTermination.Provider.values()) {
                assertThatThrownBy(() -> TlsTermination.of(
                                mixed, provider, TlsLimits.DEFAULT, compute, (channel, worker, shown) -> {}))
                        .isInstanceOf(GeneralSecurityException.class)
                        .hasMessageContaining("not that of the certificate");
            }
        }
    }

    @Test
    void aRefusedReplacementChangesNothing() throws Exception {
        TlsCredentials mixed = new TlsCredentials(
                CREDENTIALS.chain(), TestKeys.RSA.server("vpn.example.test").key());
        try (TlsSite site = new TlsSite(TlsTermination.Provider.AUTO, CREDENTIALS, TlsLimits.DEFAULT)) {
            assertThatThrownBy(() -> site.tls.replace(mixed)).isInstanceOf(GeneralSecurityException.class);
            assertThat(TlsSite.exchange(site.connectTls("TLSv1.3"), HELLO)).isEqualTo(HELLO);
        }
    }
}
