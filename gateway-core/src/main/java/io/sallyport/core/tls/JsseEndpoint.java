package io.sallyport.core.tls;

import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.TlsEndpoint.Progress.Origin;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** An {@link SSLEngine} between three bounded queues: ciphertext in, ciphertext out, plaintext in. */
final class JsseEndpoint implements TlsEndpoint {
    /** A handshake message with a long chain, or a burst of records. */
    static final int MAX_CIPHERTEXT_IN = 64 * 1024;

    static final int MAX_CIPHERTEXT_OUT = 128 * 1024;
    static final int MAX_PLAINTEXT_IN = 64 * 1024;

    /** How JSSE says that a client that must have a certificate sent none. */
    private static final String NO_CERTIFICATE = "Empty client certificate chain";

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final Progress NEEDS_INPUT = new Progress.NeedsInput();
    private static final Progress OPEN = new Progress.Open();
    private static final Progress CLOSED = new Progress.Closed();

    private final SSLEngine engine;
    private final Runnable withoutCertificate;
    private final ByteQueue in = new ByteQueue(MAX_CIPHERTEXT_IN);
    private final ByteQueue out = new ByteQueue(MAX_CIPHERTEXT_OUT);
    private final ArrayDeque<byte[]> records = new ArrayDeque<>();
    private int plaintextOctets;
    private boolean begun;
    private boolean open;
    private @Nullable Progress end;

    JsseEndpoint(SSLEngine engine) {
        this(engine, () -> {});
    }

    /** @param withoutCertificate told when a client was refused because it sent none */
    JsseEndpoint(SSLEngine engine, Runnable withoutCertificate) {
        this.engine = engine;
        this.withoutCertificate = withoutCertificate;
    }

    @Override
    public boolean feed(byte[] ciphertext, int offset, int length) {
        return end != null || in.add(ciphertext, offset, length);
    }

    @Override
    public int pending() {
        return out.size();
    }

    @Override
    public byte[] drain(int limit) {
        return out.take(limit);
    }

    @Override
    public byte @Nullable [] read() {
        byte[] record = records.poll();
        if (record != null) {
            plaintextOctets -= record.length;
        }
        return record;
    }

    @Override
    public Progress progress() {
        if (end != null) {
            return end;
        }
        try {
            if (!begun) {
                begun = true;
                engine.beginHandshake();
            }
            Progress progress = step();
            while (progress == null) {
                progress = step();
            }
            return progress;
        } catch (SSLException e) {
            return fail(e);
        } catch (RuntimeException e) {
            // What a certificate or an extension of the peer makes the provider trip over is the peer's fault, not an
            // accident of ours.
            return fail(new SSLException("the TLS provider failed: " + e, e));
        }
    }

    /** Null when there is more to do at once. */
    private @Nullable Progress step() throws SSLException {
        return switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                if (open) {
                    // Before the private key is used for it.
                    refuseRenegotiation();
                }
                Runnable task = engine.getDelegatedTask();
                yield task == null ? null : new Progress.HasTask(task);
            }
            case NEED_WRAP -> {
                if (out.room() <= 0) {
                    // RFC 8446 §4.6.3: each KeyUpdate may ask for one in return, and a peer need not take them.
                    throw new SSLException("the peer asks for more than it takes");
                }
                wrap(NOTHING);
                yield null;
            }
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> unwrap();
        };
    }

    private @Nullable Progress unwrap() throws SSLException {
        ByteBuffer from = in.reading();
        int record = TlsRecord.whole(from);
        if (record == 0 || plaintextOctets >= MAX_PLAINTEXT_IN) {
            return idle();
        }
        // Plaintext is never longer than its record; should a provider ask for more room, it gets what it says.
        byte[] plain = new byte[record];
        SSLEngineResult result = engine.unwrap(from, ByteBuffer.wrap(plain));
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            plain = new byte[engine.getSession().getApplicationBufferSize()];
            result = engine.unwrap(from, ByteBuffer.wrap(plain));
        }
        in.skip(result.bytesConsumed());
        keep(plain, result.bytesProduced());
        note(result.getHandshakeStatus());
        if (result.getStatus() == Status.CLOSED) {
            flushClose();
            return ended(CLOSED);
        }
        boolean stuck = result.bytesConsumed() == 0 && result.bytesProduced() == 0;
        boolean waits = result.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP
                || result.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
        return result.getStatus() == Status.BUFFER_UNDERFLOW || (stuck && waits) ? idle() : null;
    }

    private void keep(byte[] plain, int length) {
        if (length > 0) {
            records.add(Arrays.copyOf(plain, length));
            plaintextOctets += length;
            Arrays.fill(plain, 0, length, (byte) 0);
        }
    }

    private Progress idle() throws SSLException {
        HandshakeStatus status = engine.getHandshakeStatus();
        if (status == HandshakeStatus.NEED_UNWRAP || !open) {
            return open ? refuseRenegotiation() : NEEDS_INPUT;
        }
        return OPEN;
    }

    /** TLS 1.2 alone lets a peer begin again; nothing that we serve needs it. */
    private Progress refuseRenegotiation() throws SSLException {
        throw new SSLException("the peer began a renegotiation");
    }

    private SSLEngineResult wrap(ByteBuffer from) throws SSLException {
        ByteBuffer to = out.writing(engine.getSession().getPacketBufferSize());
        SSLEngineResult result = engine.wrap(from, to);
        out.added(result.bytesProduced());
        note(result.getHandshakeStatus());
        return result;
    }

    private void note(HandshakeStatus status) {
        if (status == HandshakeStatus.FINISHED && !open) {
            open = true;
            engine.getSession().invalidate();
        }
    }

    @Override
    public boolean write(byte[] plain, int offset, int length) {
        if (end != null || !open || out.room() < length + engine.getSession().getPacketBufferSize()) {
            return false;
        }
        ByteBuffer from = ByteBuffer.wrap(plain, offset, length);
        try {
            while (from.hasRemaining()) {
                if (wrap(from).getStatus() == Status.CLOSED) {
                    return false;
                }
            }
            return true;
        } catch (SSLException e) {
            fail(e);
            return false;
        }
    }

    @Override
    public void finish() {
        if (end == null && begun) {
            engine.closeOutbound();
            flushClose();
        }
    }

    @Override
    public Secret export(String label, byte @Nullable [] context, int length) {
        try {
            return Secret.taking(session().exportKeyingMaterialData(label, nullable(context), length));
        } catch (SSLException e) {
            throw new IllegalStateException("no keying material before the handshake is done", e);
        }
    }

    @Override
    public List<X509Certificate> peerChain() {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate certificate : session().getPeerCertificates()) {
                if (certificate instanceof X509Certificate x509) {
                    chain.add(x509);
                }
            }
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
        return chain;
    }

    @Override
    public String version() {
        return session().getProtocol();
    }

    @Override
    public String cipherSuite() {
        return session().getCipherSuite();
    }

    @Override
    public void close() {
        if (end == null) {
            end = CLOSED;
        }
        in.wipe();
        out.wipe();
        records.forEach(record -> Arrays.fill(record, (byte) 0));
        records.clear();
        plaintextOctets = 0;
    }

    private ExtendedSSLSession session() {
        return (ExtendedSSLSession) engine.getSession();
    }

    private Progress ended(Progress as) {
        end = as;
        return as;
    }

    private Progress fail(SSLException e) {
        // JSSE words an alert of the peer as "Received fatal alert" or "(name) Received fatal alert".
        String message = String.valueOf(e.getMessage());
        Origin origin = message.contains("Received fatal alert") ? Origin.PEER : Origin.OURS;
        if (message.contains(NO_CERTIFICATE)) {
            withoutCertificate.run();
        }
        Throwable cause = e.getCause();
        String reason = cause == null || message.contains(String.valueOf(cause.getMessage()))
                ? message
                : message + ": " + cause.getMessage();
        engine.closeOutbound();
        flushClose();
        return ended(new Progress.Failed(origin, reason));
    }

    /** What the engine still has to say: the alert. */
    private void flushClose() {
        try {
            for (int i = 0; i < 4 && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP; i++) {
                if (wrap(NOTHING).getStatus() == Status.CLOSED) {
                    return;
                }
            }
        } catch (SSLException e) {
            // It ended before, and nothing more can be said.
        }
    }

    @SuppressWarnings("NullAway") // the JDK takes null for "no context", and says so
    private static byte[] nullable(byte @Nullable [] octets) {
        return octets;
    }
}
