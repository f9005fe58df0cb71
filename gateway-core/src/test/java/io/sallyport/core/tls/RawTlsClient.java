package io.sallyport.core.tls;

import io.sallyport.core.tls.TlsEndpoint.Progress;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/** A client that does what ours never does: begins again, and asks for key updates without end. */
final class RawTlsClient {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final ByteBuffer fromServer = ByteBuffer.allocate(1 << 20);
    private final ByteBuffer plain = ByteBuffer.allocate(1 << 16);

    RawTlsClient(TestPki pki, String version) throws Exception {
        KeyStore roots = KeyStore.getInstance("PKCS12");
        roots.load(null, null);
        roots.setCertificateEntry("root", pki.root());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(roots);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {version});
    }

    /** The first handshake, or another one, or a key update, as the version has it. */
    void begin() throws SSLException {
        engine.beginHandshake();
    }

    void shakeHands(TlsEndpoint server) throws SSLException {
        begin();
        for (int round = 0; round < 20; round++) {
            feed(server, say());
            advance(server);
            hear(server.drain(1 << 16));
        }
        if (!(server.progress() instanceof Progress.Open)) {
            throw new AssertionError(server.progress());
        }
    }

    static void feed(TlsEndpoint server, byte[] octets) {
        if (!server.feed(octets, 0, octets.length)) {
            throw new AssertionError("the bound was reached");
        }
    }

    static Progress advance(TlsEndpoint server) {
        Progress progress = server.progress();
        while (progress instanceof Progress.HasTask(Runnable task)) {
            task.run();
            progress = server.progress();
        }
        return progress;
    }

    /** All that it has to say now. */
    byte[] say() throws SSLException {
        ByteBuffer out = ByteBuffer.allocate(1 << 16);
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTask();
                case NEED_WRAP -> engine.wrap(NOTHING, out);
                default -> {
                    return Arrays.copyOf(out.array(), out.position());
                }
            }
        }
    }

    private void hear(byte[] octets) throws SSLException {
        fromServer.put(octets).flip();
        HandshakeStatus status = engine.getHandshakeStatus();
        while (fromServer.hasRemaining() && status != HandshakeStatus.NEED_WRAP) {
            if (status == HandshakeStatus.NEED_TASK) {
                runTask();
            } else {
                engine.unwrap(fromServer, plain.clear());
            }
            status = engine.getHandshakeStatus();
        }
        fromServer.compact();
    }

    private void runTask() {
        Runnable task = engine.getDelegatedTask();
        if (task != null) {
            task.run();
        }
    }
}
