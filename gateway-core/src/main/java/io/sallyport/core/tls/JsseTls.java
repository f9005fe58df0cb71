package io.sallyport.core.tls;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS by the JDK: ECDHE with AEAD suites only, no resumption, no renegotiation.
 *
 * <p><b>A server accepts every client certificate whose private key the client proves</b>, and judges nothing else of it. Whether the chain leads to one of our roots, is
 * valid today and is not revoked is asked afterwards, of {@code core.auth.Authenticator} with the chain from {@link TlsEndpoint#peerChain}. A TLS alert could not say more than
 * "bad certificate"; so the client gets a refusal with its reason in its own protocol, and the log the precise one. Whoever uses a server endpoint
 * must ask that question before it trusts the peer with anything. Where the client has to hear the answer as an alert, {@link JudgedTls} asks it within the handshake.
 *
 * <p>A client verifies the server completely: path to the given roots, validity, key usage and, where given, the name.
 */
public final class JsseTls implements TlsContext, JudgedTls {
    /** Longer than RFC 8446 §4.6.1 lets a ticket live (seven days), which is how JSSE is told to send none. */
    private static final int NO_TICKETS_SECONDS = 8 * 24 * 3600;

    private final SSLContext context;
    private final TlsSettings settings;
    private final boolean server;

    private JsseTls(SSLContext context, TlsSettings settings, boolean server) {
        this.context = context;
        this.settings = settings;
        this.server = server;
    }

    /** @throws GeneralSecurityException when the credentials do not fit together */
    public static JsseTls server(TlsSettings settings) throws GeneralSecurityException {
        if (settings.credentials() == null) {
            throw new IllegalArgumentException("a TLS server needs credentials");
        }
        return new JsseTls(serverContext(settings, new AcceptProvenKeys(settings.peerRoots())), settings, true);
    }

    private static SSLContext serverContext(TlsSettings settings, AcceptProvenKeys trust)
            throws GeneralSecurityException {
        SSLContext context = context(settings, trust);
        context.getServerSessionContext().setSessionTimeout(NO_TICKETS_SECONDS);
        context.getServerSessionContext().setSessionCacheSize(1);
        return context;
    }

    /** @throws GeneralSecurityException when the credentials do not fit together */
    public static JsseTls client(TlsSettings settings) throws GeneralSecurityException {
        return new JsseTls(context(settings, verifying(settings.peerRoots())), settings, false);
    }

    @Override
    public TlsEndpoint newEndpoint() {
        String name = settings.serverName();
        SSLEngine engine = server || name == null ? context.createSSLEngine() : context.createSSLEngine(name, 0);
        SSLParameters parameters = parameters(engine);
        if (server) {
            parameters.setWantClientAuth(settings.askClient());
        } else if (name != null) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        engine.setSSLParameters(parameters);
        return new JsseEndpoint(engine);
    }

    /** Of a server alone. */
    @Override
    public TlsEndpoint newEndpoint(Judge judge) {
        if (!server) {
            throw new IllegalStateException("a client judges no clients");
        }
        try {
            // A context of its own: JSSE asks the trust manager of the context.
            SSLEngine engine = serverContext(settings, new AcceptProvenKeys(settings.peerRoots(), judge))
                    .createSSLEngine();
            SSLParameters parameters = parameters(engine);
            parameters.setNeedClientAuth(true);
            engine.setSSLParameters(parameters);
            return new JsseEndpoint(engine, () -> judge.accepts(List.of()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the credentials fitted together before", e);
        }
    }

    private SSLParameters parameters(SSLEngine engine) {
        engine.setUseClientMode(!server);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(settings.versions().names());
        parameters.setCipherSuites(TlsSuites.NAMES.toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(server);
        parameters.setEnableRetransmissions(false);
        return parameters;
    }

    private static SSLContext context(TlsSettings settings, TrustManager trust) throws GeneralSecurityException {
        TlsCredentials credentials = settings.credentials();
        KeyManager[] keys = credentials == null ? new KeyManager[0] : new KeyManager[] {new OneKey(credentials)};
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {trust}, null);
        return context;
    }

    private static TrustManager verifying(List<X509Certificate> roots) throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (java.io.IOException e) {
            throw new GeneralSecurityException(e);
        }
        for (int i = 0; i < roots.size(); i++) {
            store.setCertificateEntry("root-" + i, roots.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers()[0];
    }
}
