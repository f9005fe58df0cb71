package io.sallyport.core.port443;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslHandler;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.worker.Compute;
import io.sallyport.core.worker.FairLimit;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS 1.2 and 1.3 on the TCP port: ends it, and gives what is inside to an application. ECDHE with AEAD suites only; no renegotiation, no ALPN, no client certificates.
 * Sessions are not resumed: a client that resumes sees no certificate, and what it then binds to would be one that another connection showed. SNI is neither needed nor looked at.
 *
 * <p>The private key signs on {@link Compute}. A client that Compute has no place for, that is slow, or that sends too much before its handshake is done is closed and counted.
 *
 * <p>Many small writes before one flush leave as records of 16 KiB, with either provider: Netty copies them together. What one read brings in is decrypted into one buffer by
 * BoringSSL, and into one for each record by the JDK.
 */
public final class TlsTermination implements StreamProtocol, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TlsTermination.class);

    private static final int HANDSHAKE_RECORD = 22;
    private static final int MAJOR_VERSION = 3;

    /** Whose TLS it is. */
    public enum Provider {
        /** BoringSSL where it can be loaded, else the JDK's. */
        AUTO,
        /** BoringSSL, or none. */
        OPENSSL,
        JDK
    }

    private final TlsApplication application;
    private final Compute compute;
    private final TlsLimits limits;
    private final FairLimit handshakes = new FairLimit();
    private final boolean boringSsl;
    /** Null once this is closed. */
    private volatile @Nullable TlsIdentity identity;

    private TlsTermination(
            TlsApplication application, Compute compute, TlsLimits limits, boolean boringSsl, TlsIdentity identity) {
        this.application = application;
        this.compute = compute;
        this.limits = limits;
        this.boringSsl = boringSsl;
        this.identity = identity;
    }

    /** @throws GeneralSecurityException when the credentials do not fit together, or BoringSSL is asked for and cannot be loaded */
    public static TlsTermination of(
            TlsCredentials credentials,
            Provider provider,
            TlsLimits limits,
            Compute compute,
            TlsApplication application)
            throws GeneralSecurityException {
        boolean boringSsl = choose(provider);
        return new TlsTermination(application, compute, limits, boringSsl, TlsIdentity.of(credentials, boringSsl));
    }

    private static boolean choose(Provider provider) throws GeneralSecurityException {
        boolean available = provider != Provider.JDK && OpenSsl.isAvailable();
        if (available) {
            log.info("TLS on the TCP port is by {}", OpenSsl.versionString());
        } else if (provider == Provider.OPENSSL) {
            throw new GeneralSecurityException("BoringSSL cannot be loaded", OpenSsl.unavailabilityCause());
        } else if (provider == Provider.AUTO) {
            log.warn(
                    "TLS on the TCP port is by the JDK, which is slower: BoringSSL cannot be loaded ({})",
                    String.valueOf(OpenSsl.unavailabilityCause()));
        } else {
            log.info("TLS on the TCP port is by the JDK");
        }
        return available;
    }

    /** Never {@link Provider#AUTO}. */
    public Provider provider() {
        return boringSsl ? Provider.OPENSSL : Provider.JDK;
    }

    /**
     * Shows this to connections from now on; those that are there keep what they were shown. From any thread.
     *
     * @throws GeneralSecurityException when the credentials do not fit together: then nothing has changed
     */
    public void replace(TlsCredentials credentials) throws GeneralSecurityException {
        try (Replacement next = prepare(credentials)) {
            next.install();
        }
    }

    /**
     * Made ready, and shown to nobody yet; the caller closes it, installed or not.
     *
     * @throws GeneralSecurityException when the credentials do not fit together
     */
    public Replacement prepare(TlsCredentials credentials) throws GeneralSecurityException {
        return new Replacement(TlsIdentity.of(credentials, boringSsl));
    }

    /** Credentials in waiting. */
    public final class Replacement implements AutoCloseable {
        private final TlsIdentity next;

        private Replacement(TlsIdentity next) {
            this.next = next;
        }

        /** Cannot fail; does nothing once the termination is closed. */
        public void install() {
            show(next);
        }

        @Override
        public void close() {
            next.release();
        }
    }

    private synchronized void show(TlsIdentity next) {
        TlsIdentity before = identity;
        if (before != null && next.retain()) {
            identity = next;
            before.release();
        }
    }

    /** Takes no more connections; those that are there stay. */
    @Override
    public synchronized void close() {
        TlsIdentity before = identity;
        identity = null;
        if (before != null) {
            before.release();
        }
    }

    /** Handshakes that are under way. */
    public int handshakes() {
        return handshakes.count();
    }

    @Override
    public String name() {
        return "tls";
    }

    // RFC 8446 §5.1: a ContentType of handshake(22), a legacy_record_version of 0x0301 or 0x0303
    @Override
    public Claim claims(ByteBuf firstOctets) {
        int at = firstOctets.readerIndex();
        int octets = firstOctets.readableBytes();
        if ((octets > 0 && firstOctets.getUnsignedByte(at) != HANDSHAKE_RECORD)
                || (octets > 1 && firstOctets.getUnsignedByte(at + 1) != MAJOR_VERSION)) {
            return Claim.NO;
        }
        return octets > 1 ? Claim.YES : Claim.UNDECIDED;
    }

    @Override
    public void accept(Channel channel, Worker worker) {
        InetAddress source = ClientAddress.of(channel).getAddress();
        if (!handshakes.enter(source, limits.handshakes(), limits.handshakesPerSource(), compute.busy())) {
            worker.verdicts().count(Verdict.HANDSHAKE_LIMIT);
            var _ = channel.close();
            return;
        }
        TlsIdentity shown = hold();
        if (shown == null) {
            handshakes.leave(source);
            worker.verdicts().count(Verdict.DRAINING);
            var _ = channel.close();
            return;
        }
        try {
            begin(channel, worker, shown, () -> handshakes.leave(source));
        } finally {
            shown.release();
        }
    }

    private void begin(Channel channel, Worker worker, TlsIdentity shown, Runnable settled) {
        TlsConnection connection =
                new TlsConnection(worker, compute, limits.handshakeWithin(), settled, application, shown.shown());
        SslHandler tls;
        try {
            tls = shown.newHandler(channel.alloc(), connection);
        } catch (RuntimeException e) {
            settled.run();
            throw e;
        }
        connection.watch(tls);
        channel.pipeline().addLast(new HandshakeOctets(limits.handshakeOctets(), connection), tls, connection);
    }

    /** The identity of now, retained; null when this is closed. */
    private @Nullable TlsIdentity hold() {
        TlsIdentity now = identity;
        while (now != null && !now.retain()) {
            // replaced since it was read
            now = identity;
        }
        return now;
    }

    /** For tests. */
    @Nullable
    TlsIdentity identity() {
        return identity;
    }
}
