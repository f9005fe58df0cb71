package io.sallyport.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.tls.TestPki.Keys;
import io.sallyport.core.tls.TlsEndpoint.Progress;
import io.sallyport.core.tls.TlsSettings.Versions;
import java.lang.management.ManagementFactory;
import java.security.GeneralSecurityException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hostile peer can do with TLS itself; see docs/attacks.md. */
class TlsAttackTest {
    private static final TestPki PKI = new TestPki(Keys.ECDSA);
    /** RFC 8446 §6: a fatal alert (2), protocol_version (70). */
    private static final String PROTOCOL_VERSION = "0246";

    /** SSL 3.0, TLS 1.0, TLS 1.1. */
    @ParameterizedTest
    @ValueSource(strings = {"0300", "0301", "0302"})
    void versionsBelow12AreRefusedWithAnAlert(String version) throws Exception {
        TlsEndpoint server = server().newEndpoint();
        RawTlsClient.feed(server, hello(version));
        Progress progress = RawTlsClient.advance(server);
        assertThat(progress).isInstanceOf(Progress.Failed.class);
        assertThat(Octets.of(server.drain(100)).toHex()).startsWith("15").endsWith(PROTOCOL_VERSION);
    }

    /** A client that knows no extensions and no version above this one. */
    private static byte[] hello(String version) {
        String body = version + "11".repeat(32) + "00" + "0006" + "c02bc02f0035" + "0100";
        String message = "01" + "%06x".formatted(body.length() / 2) + body;
        return Octets.fromHex("16" + "0301" + "%04x".formatted(message.length() / 2) + message)
                .toByteArray();
    }

    @Test
    void aRenegotiationIsRefusedBeforeItCostsAnything() throws Exception {
        TlsEndpoint server = server().newEndpoint();
        RawTlsClient client = new RawTlsClient(PKI, "TLSv1.2");
        client.shakeHands(server);
        client.begin();
        RawTlsClient.feed(server, client.say());
        // No task: the private key is not used for it.
        assertThat(server.progress())
                .isInstanceOfSatisfying(
                        Progress.Failed.class,
                        failed -> assertThat(failed.reason()).contains("began a renegotiation"));
    }

    @Test
    void keyUpdatesThatAreNeverTakenDoNotPileUp() throws Exception {
        TlsEndpoint server = server().newEndpoint();
        RawTlsClient client = new RawTlsClient(PKI, "TLSv1.3");
        client.shakeHands(server);
        Progress progress = server.progress();
        int asked = 0;
        while (progress instanceof Progress.Open && asked < 100_000) {
            client.begin();
            RawTlsClient.feed(server, client.say());
            asked++;
            progress = server.progress();
        }
        assertThat(asked).isGreaterThan(100);
        assertThat(progress)
                .isInstanceOfSatisfying(
                        Progress.Failed.class,
                        failed -> assertThat(failed.reason()).contains("asks for more than it takes"));
        assertThat(server.pending()).isLessThan(JsseEndpoint.MAX_CIPHERTEXT_OUT + 64 * 1024);
    }

    /** CVE-2026-45416 is of this kind: a length that is believed before the octets are there. */
    @Test
    void aClientHelloThatClaims16MebibytesIsRefusedAndCostsLittle() throws Exception {
        TlsEndpoint server = server().newEndpoint();
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        byte[] record = new byte[5 + 0x4000];
        byte[] start = Octets.fromHex("1603034000" + "01ffffff" + "0303").toByteArray();
        System.arraycopy(start, 0, record, 0, start.length);
        boolean taken = true;
        Progress progress = server.progress();
        for (int i = 0; i < 16 && taken && progress instanceof Progress.NeedsInput; i++) {
            taken = server.feed(record, 0, record.length);
            progress = RawTlsClient.advance(server);
        }
        assertThat(progress).isInstanceOf(Progress.Failed.class);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as("octets allocated")
                .isLessThan(2 * 1024 * 1024);
    }

    private static JsseTls server() throws GeneralSecurityException {
        return JsseTls.server(new TlsSettings(
                Versions.TLS_1_2_OR_1_3, PKI.server("vpn.example.test"), List.of(PKI.root()), true, null));
    }
}
