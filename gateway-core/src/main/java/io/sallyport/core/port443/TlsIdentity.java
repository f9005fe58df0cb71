package io.sallyport.core.port443;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslX509KeyManagerFactory;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.internal.tcnative.SSL;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.tls.TlsSuites;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;

/**
 * A certificate with its key, ready to be shown. BoringSSL's context is counted: one reference is whoever made this, one is each connection that was shown it, and the
 * last {@link #release} frees it. With the JDK nothing needs to be counted.
 */
final class TlsIdentity {
    /** Longer than RFC 8446 §4.6.1 lets a ticket live (seven days), which is how JSSE is told to send none. */
    private static final int NO_TICKETS_SECONDS = 8 * 24 * 3600;

    private final SslContext context;
    private final ShownCertificate shown;

    private TlsIdentity(SslContext context, ShownCertificate shown) {
        this.context = context;
        this.shown = shown;
    }

    /** @throws GeneralSecurityException when the credentials do not fit together */
    static TlsIdentity of(TlsCredentials credentials, boolean boringSsl) throws GeneralSecurityException {
        X509Certificate leaf = credentials.chain().getFirst();
        new SigningKey(credentials.key()).checkBelongsTo(leaf.getPublicKey());
        try {
            return new TlsIdentity(
                    boringSsl ? boringSsl(credentials) : jdk(credentials),
                    new ShownCertificate(List.of(digest("SHA-1", leaf)), List.of(digest("SHA-256", leaf))));
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static SslContext boringSsl(TlsCredentials credentials) throws GeneralSecurityException, IOException {
        X509Certificate[] chain = credentials.chain().toArray(X509Certificate[]::new);
        SslContext context = shared(SslContextBuilder.forServer(OpenSslX509KeyManagerFactory.newKeyless(chain)))
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .option(OpenSslContextOption.USE_TASKS, true)
                .option(OpenSslContextOption.ASYNC_PRIVATE_KEY_METHOD, new SigningKey(credentials.key()))
                .build();
        ((OpenSslSessionContext) context.sessionContext()).setSessionCacheEnabled(false);
        return context;
    }

    private static SslContext jdk(TlsCredentials credentials) throws SSLException {
        PrivateKey key = credentials.key();
        return shared(SslContextBuilder.forServer(key, credentials.chain()))
                .sslProvider(SslProvider.JDK)
                .sessionTimeout(NO_TICKETS_SECONDS)
                .sessionCacheSize(1)
                .build();
    }

    private static SslContextBuilder shared(SslContextBuilder builder) {
        return builder.protocols("TLSv1.3", "TLSv1.2")
                .ciphers(TlsSuites.NAMES, SupportedCipherSuiteFilter.INSTANCE)
                .trustManager(new NoClientCertificates());
    }

    private static Octets digest(String algorithm, X509Certificate leaf) throws GeneralSecurityException {
        try {
            return Octets.of(MessageDigest.getInstance(algorithm).digest(leaf.getEncoded()));
        } catch (CertificateException e) {
            throw new GeneralSecurityException("the certificate cannot be encoded", e);
        }
    }

    ShownCertificate shown() {
        return shown;
    }

    /** For a connection that is shown this; its end gives the reference back that the engine holds. */
    SslHandler newHandler(ByteBufAllocator allocator, Executor tasks) {
        SslHandler handler = context.newHandler(allocator, tasks);
        if (handler.engine() instanceof ReferenceCountedOpenSslEngine engine) {
            // Netty clears it where there is TLS 1.3
            SSL.setOptions(engine.sslPointer(), SSL.SSL_OP_NO_TICKET);
        }
        return handler;
    }

    /** False when it was freed already; else {@link #release} must follow. */
    boolean retain() {
        try {
            ReferenceCountUtil.retain(context);
            return true;
        } catch (IllegalReferenceCountException _) {
            return false;
        }
    }

    void release() {
        ReferenceCountUtil.release(context);
    }

    /** For tests; -1 where nothing is counted. */
    int references() {
        return ReferenceCountUtil.refCnt(context);
    }
}
