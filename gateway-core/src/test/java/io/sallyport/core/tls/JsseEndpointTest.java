package io.sallyport.core.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.TestPki.Keys;
import io.sallyport.core.tls.TlsEndpoint.Progress;
import io.sallyport.core.tls.TlsSettings.Versions;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsseEndpointTest {
    private static final TestPki RSA = new TestPki(Keys.RSA);
    private static final TestPki ECDSA = new TestPki(Keys.ECDSA);

    @ParameterizedTest
    @CsvSource({
        "TLS_1_2_ONLY, RSA",
        "TLS_1_2_ONLY, ECDSA",
        "TLS_1_3_ONLY, RSA",
        "TLS_1_3_ONLY, ECDSA",
        "TLS_1_2_OR_1_3, RSA"
    })
    void shakesHandsCarriesRecordsAndExportsTheSameKeys(Versions versions, Keys keys) throws Exception {
        TestPki pki = pki(keys);
        TlsEndpoint server = server(pki, versions, true).newEndpoint();
        TlsEndpoint client =
                client(pki, versions, pki.client("alice"), "vpn.example.test").newEndpoint();
        TlsPair pair = new TlsPair(client, server);

        pair.run();

        assertThat(client.progress()).isEqualTo(new Progress.Open());
        assertThat(server.progress()).isEqualTo(new Progress.Open());
        assertThat(pair.tasks).isPositive();
        assertThat(server.version()).isEqualTo(versions == Versions.TLS_1_2_ONLY ? "TLSv1.2" : "TLSv1.3");
        assertThat(server.cipherSuite()).contains("AES_256_GCM").isEqualTo(client.cipherSuite());
        assertThat(server.peerChain()).hasSize(1);
        assertThat(server.peerChain().getFirst().getSubjectX500Principal().getName())
                .isEqualTo("CN=alice");
        try (Secret ours = server.export("EXPORTER-OpenVPN-datakeys", null, 256);
                Secret theirs = client.export("EXPORTER-OpenVPN-datakeys", null, 256);
                Secret other = client.export("EXPORTER-other", new byte[] {13}, 256)) {
            assertThat(ours.matches(theirs.expose())).isTrue();
            assertThat(ours.matches(other.expose())).isFalse();
        }

        assertThat(client.write("first".getBytes(US_ASCII), 0, 5)).isTrue();
        assertThat(client.write("second".getBytes(US_ASCII), 0, 6)).isTrue();
        pair.run();
        assertThat(server.read()).isEqualTo("first".getBytes(US_ASCII));
        assertThat(server.read()).isEqualTo("second".getBytes(US_ASCII));
        assertThat(server.read()).isNull();

        client.finish();
        pair.run();
        assertThat(server.progress()).isEqualTo(new Progress.Closed());
    }

    @Test
    void aServerAcceptsAnyProvenCertificateAndNoneAtAll() throws Exception {
        TestPki stranger = new TestPki(Keys.ECDSA);
        TlsEndpoint server = server(RSA, Versions.TLS_1_3_ONLY, true).newEndpoint();
        new TlsPair(
                        client(RSA, Versions.TLS_1_3_ONLY, stranger.client("mallory"), null)
                                .newEndpoint(),
                        server)
                .run();
        assertThat(server.progress()).isEqualTo(new Progress.Open());
        assertThat(server.peerChain()).hasSize(1);

        TlsEndpoint second = server(RSA, Versions.TLS_1_2_ONLY, true).newEndpoint();
        new TlsPair(client(RSA, Versions.TLS_1_2_ONLY, null, null).newEndpoint(), second).run();
        assertThat(second.progress()).isEqualTo(new Progress.Open());
        assertThat(second.peerChain()).isEmpty();
    }

    @Test
    void aClientRefusesAServerOfAnotherAuthorityAndOneOfAnotherName() throws Exception {
        TlsEndpoint client =
                client(new TestPki(Keys.RSA), Versions.TLS_1_3_ONLY, null, null).newEndpoint();
        TlsEndpoint server = server(RSA, Versions.TLS_1_3_ONLY, true).newEndpoint();
        new TlsPair(client, server).run();
        assertThat(client.progress()).isInstanceOfSatisfying(Progress.Failed.class, failed -> {
            assertThat(failed.alert()).isEqualTo(Progress.Origin.OURS);
            assertThat(failed.reason()).contains("path");
        });
        assertThat(server.progress())
                .isInstanceOfSatisfying(
                        Progress.Failed.class,
                        failed -> assertThat(failed.alert()).isEqualTo(Progress.Origin.PEER));

        TlsEndpoint picky =
                client(RSA, Versions.TLS_1_2_ONLY, null, "other.example.test").newEndpoint();
        new TlsPair(picky, server(RSA, Versions.TLS_1_2_ONLY, false).newEndpoint()).run();
        assertThat(picky.progress()).isInstanceOf(Progress.Failed.class);
    }

    @Test
    void garbageFailsWithAnAlertAndNothingEscapes() throws Exception {
        JsseTls tls = server(RSA, Versions.TLS_1_2_OR_1_3, true);
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            TlsEndpoint server = tls.newEndpoint();
            byte[] garbage = new byte[1 + random.nextInt(600)];
            random.nextBytes(garbage);
            if (i % 2 == 0) {
                garbage[0] = 22;
            }
            server.progress();
            assertThat(server.feed(garbage, 0, garbage.length)).isTrue();
            Progress progress = server.progress();
            assertThat(progress).isInstanceOfAny(Progress.Failed.class, Progress.NeedsInput.class);
            server.close();
        }
    }

    @Test
    void mutatedHandshakesNeverThrow() throws Exception {
        JsseTls tls = server(ECDSA, Versions.TLS_1_2_OR_1_3, true);
        Random random = new Random(8);
        for (int i = 0; i < 100; i++) {
            TlsEndpoint client =
                    client(ECDSA, Versions.TLS_1_2_OR_1_3, null, null).newEndpoint();
            client.progress();
            byte[] hello = client.drain(4096);
            hello[random.nextInt(hello.length)] ^= (byte) (1 << random.nextInt(8));
            TlsEndpoint server = tls.newEndpoint();
            server.progress();
            server.feed(hello, 0, hello.length);
            new TlsPair(client, server).advance(server);
            assertThat(server.pending()).isLessThan(8192);
        }
    }

    @Test
    void neverResumes() throws Exception {
        for (Versions versions : List.of(Versions.TLS_1_2_ONLY, Versions.TLS_1_3_ONLY)) {
            JsseTls serverContext = server(RSA, versions, true);
            JsseTls clientContext = client(RSA, versions, RSA.client("alice"), "vpn.example.test");
            TlsPair first = new TlsPair(clientContext.newEndpoint(), serverContext.newEndpoint());
            first.run();
            TlsPair second = new TlsPair(clientContext.newEndpoint(), serverContext.newEndpoint());
            second.run();
            assertThat(second.tasks).isEqualTo(first.tasks);
        }
    }

    @Test
    void refusesMoreThanTheBound() throws Exception {
        TlsEndpoint server = server(RSA, Versions.TLS_1_3_ONLY, true).newEndpoint();
        byte[] much = new byte[JsseEndpoint.MAX_CIPHERTEXT_IN];
        assertThat(server.feed(much, 0, much.length)).isTrue();
        assertThat(server.feed(much, 0, 1)).isFalse();
    }

    @Test
    void aPeerThatSendsOctetByOctetMakesLittleGarbage() throws Exception {
        TlsEndpoint client = client(RSA, Versions.TLS_1_3_ONLY, null, null).newEndpoint();
        client.progress();
        byte[] hello = client.drain(4096);
        TlsEndpoint server = server(RSA, Versions.TLS_1_3_ONLY, false).newEndpoint();
        server.progress();
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < hello.length - 1; i++) {
            assertThat(server.feed(hello, i, 1)).isTrue();
            if (!(server.progress() instanceof Progress.NeedsInput)) {
                throw new AssertionError("octet " + i);
            }
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated / hello.length).as("octets of garbage an octet").isLessThan(1024);
        server.feed(hello, hello.length - 1, 1);
        new TlsPair(client, server).run();
        assertThat(server.progress()).isEqualTo(new Progress.Open());
    }

    @Test
    void aSmallRecordCostsLittle() throws Exception {
        TlsEndpoint client = client(RSA, Versions.TLS_1_3_ONLY, null, null).newEndpoint();
        TlsEndpoint server = server(RSA, Versions.TLS_1_3_ONLY, false).newEndpoint();
        new TlsPair(client, server).run();
        for (int i = 0; i < 100; i++) {
            assertThat(client.write(new byte[] {1}, 0, 1)).isTrue();
        }
        byte[] hundred = client.drain(8192);
        assertThat(server.feed(hundred, 0, hundred.length)).isTrue();
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(server.progress()).isEqualTo(new Progress.Open());
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).isLessThan(100 * 8 * 1024);
        for (int i = 0; i < 100; i++) {
            assertThat(server.read()).containsExactly(1);
        }
    }

    @Test
    void whatIsNoTlsFailsWithoutWaitingForMore() throws Exception {
        TlsEndpoint server = server(RSA, Versions.TLS_1_3_ONLY, false).newEndpoint();
        server.progress();
        byte[] http = "GET / HTTP/1.1\r\n".getBytes(US_ASCII);
        server.feed(http, 0, http.length);
        assertThat(server.progress()).isInstanceOf(Progress.Failed.class);
    }

    private static TestPki pki(Keys keys) {
        return keys == Keys.RSA ? RSA : ECDSA;
    }

    private static JsseTls server(TestPki pki, Versions versions, boolean askClient) throws GeneralSecurityException {
        return JsseTls.server(
                new TlsSettings(versions, pki.server("vpn.example.test"), List.of(pki.root()), askClient, null));
    }

    private static JsseTls client(
            TestPki pki, Versions versions, @Nullable TlsCredentials credentials, @Nullable String name)
            throws GeneralSecurityException {
        return JsseTls.client(new TlsSettings(versions, credentials, List.of(pki.root()), false, name));
    }
}
