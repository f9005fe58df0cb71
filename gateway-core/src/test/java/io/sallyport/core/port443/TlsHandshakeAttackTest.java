package io.sallyport.core.port443;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.worker.Verdict;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class TlsHandshakeAttackTest {
    private static final TlsCredentials CREDENTIALS = TestKeys.RSA.server("vpn.example.test");
    private static final byte[] HELLO = {'h', 'e', 'l', 'l', 'o'};
    private static final TlsLimits SHORT = new TlsLimits(256, 4096, Duration.ofMillis(500), 64 * 1024);

    private static void assertStillServes(TlsSite site) throws IOException {
        assertThat(TlsSite.exchange(site.connectTls("TLSv1.3"), HELLO)).isEqualTo(HELLO);
        await().until(() -> site.tls.handshakes() == 0);
        assertThat(site.count(Verdict.INTERNAL_ERROR)).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void tlsBefore12IsRefusedWithAnAlert(TlsTermination.Provider provider) throws Exception {
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT)) {
            for (int version : new int[] {0x0300, 0x0301, 0x0302}) {
                Socket socket = site.connect();
                socket.getOutputStream().write(RawHello.octets(version));
                byte[] alert = TlsSite.readToEnd(socket);
                // RFC 5246 §7.2: alert, 2 octets, fatal, protocol_version(70)
                assertThat(alert).hasSize(7).startsWith(21, 3).endsWith(0, 2, 2, 70);
            }
            assertThat(site.count(Verdict.PROTOCOL_VIOLATION)).isEqualTo(3);
            assertStillServes(site);
        }
    }

    // CVE-2026-45416
    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void aClientHelloThatClaims16MibIsCutOff(TlsTermination.Provider provider) throws Exception {
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT)) {
            Socket socket = site.connect();
            ByteBuffer record = ByteBuffer.allocate(5 + 16384);
            record.put((byte) 22)
                    .putShort((short) 0x0301)
                    .putShort((short) 16384)
                    .putInt(0x01ff_ffff);
            writeUntilClosed(socket, record.array(), 1024);
            TlsSite.readToEnd(socket);
            assertThat(site.count(Verdict.PROTOCOL_VIOLATION) + site.count(Verdict.HANDSHAKE_LIMIT))
                    .isOne();
            assertStillServes(site);
        }
    }

    private static void writeUntilClosed(Socket socket, byte[] octets, int times) {
        try {
            OutputStream out = socket.getOutputStream();
            for (int i = 0; i < times; i++) {
                out.write(octets);
            }
        } catch (IOException e) {
            // as it should be
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void whoSendsTooMuchBeforeTheHandshakeIsDoneIsCutOff(TlsTermination.Provider provider) throws Exception {
        try (TlsSite site =
                new TlsSite(provider, CREDENTIALS, new TlsLimits(256, 4096, Duration.ofSeconds(10), 2000))) {
            Socket socket = site.connect();
            byte[] record = new byte[8000];
            ByteBuffer.wrap(record).put((byte) 22).putShort((short) 0x0301).putShort((short) 16384);
            writeUntilClosed(socket, record, 1);
            TlsSite.readToEnd(socket);
            assertThat(site.count(Verdict.HANDSHAKE_LIMIT)).isOne();
            assertStillServes(site);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void aHandshakeHasADeadlineForTheSilentAndTheSlow(TlsTermination.Provider provider) throws Exception {
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, SHORT)) {
            Socket silent = site.connect();
            silent.getOutputStream().write(new byte[] {22, 3});
            Socket slow = site.connect();
            byte[] hello = RawHello.octets(0x0303);
            for (int i = 0; i < hello.length - 1; i++) {
                slow.getOutputStream().write(hello[i]);
            }
            Socket halfway = site.connect();
            halfway.getOutputStream().write(hello);
            assertThat(TlsSite.readToEnd(silent)).isEmpty();
            assertThat(TlsSite.readToEnd(slow)).isEmpty();
            assertThat(TlsSite.readToEnd(halfway)).isNotEmpty();
            assertThat(site.count(Verdict.DEADLINE_PASSED)).isEqualTo(3);
            await().until(() -> site.connections() == 0);
            assertThat(site.tls.handshakes()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void aHandshakeOctetByOctetSucceeds(TlsTermination.Provider provider) throws Exception {
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT)) {
            Socket socket = site.connect();
            for (byte octet : RawHello.octets(0x0303)) {
                socket.getOutputStream().write(octet);
            }
            // a ServerHello
            assertThat(socket.getInputStream().readNBytes(6))
                    .startsWith(22, 3, 3)
                    .endsWith(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void garbageThatBeginsLikeTlsIsCountedOnce(TlsTermination.Provider provider) throws Exception {
        Random random = new Random(1603);
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, SHORT)) {
            for (int i = 0; i < 100; i++) {
                byte[] garbage = new byte[2 + random.nextInt(300)];
                random.nextBytes(garbage);
                garbage[0] = 22;
                garbage[1] = 3;
                Socket socket = site.connect();
                writeUntilClosed(socket, garbage, 1);
                if (random.nextBoolean()) {
                    socket.setSoLinger(true, 0);
                }
                socket.close();
            }
            await().until(() -> site.connections() == 0);
            assertThat(site.countAll()).isEqualTo(100);
            assertStillServes(site);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void aRecordThatIsNotAuthenticEndsItsConnection(TlsTermination.Provider provider) throws Exception {
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT)) {
            for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
                Socket plain = site.connect();
                SSLSocket socket = site.over(plain, version);
                TlsSite.exchange(socket, HELLO);
                byte[] forged = new byte[5 + 64];
                ByteBuffer.wrap(forged).put((byte) 23).putShort((short) 0x0303).putShort((short) 64);
                plain.getOutputStream().write(forged);
                TlsSite.readToEnd(plain);
            }
            await().until(() -> site.ended.get() == 2 && site.count(Verdict.NOT_AUTHENTIC) == 2);
            assertStillServes(site);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void whoNeverReadsIsCutOff(TlsTermination.Provider provider) throws Exception {
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT)) {
            writeUntilClosed(site.connectTls("TLSv1.3"), new byte[16 * 1024], 8192);
            await().until(() -> site.ended.get() == 1);
            assertThat(site.count(Verdict.LINK_FULL)).isOne();
            assertStillServes(site);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void aRenegotiationEndsItsConnection(TlsTermination.Provider provider) throws Exception {
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT)) {
            SSLSocket socket = site.connectTls("TLSv1.2");
            TlsSite.exchange(socket, HELLO);
            // sends a ClientHello, and waits for nothing
            socket.startHandshake();
            TlsSite.readToEnd(socket);
            await().until(() -> site.ended.get() == 1);
            assertThat(site.count(Verdict.PROTOCOL_VIOLATION) + site.count(Verdict.NOT_AUTHENTIC))
                    .isOne();
            assertStillServes(site);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void withoutAPlaceForItsSignatureAHandshakeIsRefused(TlsTermination.Provider provider) throws Exception {
        try (TlsSite site = new TlsSite(provider, CREDENTIALS, TlsLimits.DEFAULT)) {
            SSLSocket before = site.connectTls("TLSv1.3");
            site.compute.close();
            assertThatThrownBy(() -> site.connectTls("TLSv1.3")).isInstanceOf(IOException.class);
            assertThat(site.count(Verdict.HANDSHAKE_LIMIT)).isOne();
            assertThat(site.countAll()).isOne();
            assertThat(site.tls.handshakes()).isZero();
            assertThat(TlsSite.exchange(before, HELLO)).isEqualTo(HELLO);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void aSourceHasOnlySoManyHandshakes(TlsTermination.Provider provider) throws Exception {
        try (TlsSite site =
                new TlsSite(provider, CREDENTIALS, new TlsLimits(2, 100, Duration.ofSeconds(60), 64 * 1024))) {
            Socket one = site.connect();
            one.getOutputStream().write(new byte[] {22, 3});
            Socket two = site.connect();
            two.getOutputStream().write(new byte[] {22, 3});
            await().until(() -> site.tls.handshakes() == 2);
            Socket three = site.connect();
            three.getOutputStream().write(new byte[] {22, 3});
            TlsSite.readToEnd(three);
            assertThat(site.count(Verdict.HANDSHAKE_LIMIT)).isOne();
            one.close();
            await().until(() -> site.tls.handshakes() == 1);
            assertStillServesBeside(site);
        }
    }

    /** Sources that each hold what they may leave a place for one more. */
    @Test
    void manySourcesTogetherDoNotTakeEveryPlace() throws Exception {
        try (TlsSite site = new TlsSite(
                TlsTermination.Provider.AUTO, CREDENTIALS, new TlsLimits(16, 64, Duration.ofSeconds(60), 64 * 1024))) {
            for (int i = 2; i < 10; i++) {
                for (int k = 0; k < 16; k++) {
                    beginFrom(site, "127.0.0." + i);
                }
            }
            await().until(() -> site.tls.handshakes() + site.count(Verdict.HANDSHAKE_LIMIT) == 8 * 16);
            assertThat(site.tls.handshakes()).isLessThan(64);
            assertThat(TlsSite.exchange(site.over(site.connectFrom("127.0.0.10"), "TLSv1.3"), HELLO))
                    .isEqualTo(HELLO);
        }
    }

    @Test
    void whileSignaturesWaitASourceHasOnlyItsPart() throws Exception {
        CountDownLatch mayCompute = new CountDownLatch(1);
        try (TlsSite site = new TlsSite(
                TlsTermination.Provider.AUTO, CREDENTIALS, new TlsLimits(16, 64, Duration.ofSeconds(60), 64 * 1024))) {
            // Until its queue is full: of little more than half its threads may not have taken their first yet.
            boolean hasRoom;
            do {
                hasRoom = site.compute.submit(site.workers.get(0), () -> awaitQuietly(mayCompute), () -> {});
            } while (hasRoom);
            assertThat(site.compute.busy()).isTrue();
            for (int i = 2; i < 6; i++) {
                for (int k = 0; k < 4; k++) {
                    beginFrom(site, "127.0.0." + i);
                }
            }
            await().until(() -> site.tls.handshakes() + site.count(Verdict.HANDSHAKE_LIMIT) == 16);
            assertThat(site.tls.handshakes()).isEqualTo(4 * 2);
            mayCompute.countDown();
        } finally {
            mayCompute.countDown();
        }
    }

    private static void beginFrom(TlsSite site, String source) throws IOException {
        writeUntilClosed(site.connectFrom(source), new byte[] {22, 3}, 1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void assertStillServesBeside(TlsSite site) throws IOException {
        assertThat(TlsSite.exchange(site.connectTls("TLSv1.3"), HELLO)).isEqualTo(HELLO);
        await().until(() -> site.tls.handshakes() == 1);
    }
}
