package io.sallyport.core.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Accepts any client certificate, or those that whoever made the endpoint finds acceptable: TLS still verifies that the client holds the private key, and
 * {@code core.auth.Authenticator} judges the chain (see {@link JsseTls}). Trusts no server.
 */
final class AcceptProvenKeys extends X509ExtendedTrustManager {
    private final X509Certificate[] issuers;
    private final JudgedTls.Judge judge;

    AcceptProvenKeys(List<X509Certificate> roots) {
        this(roots, _ -> true);
    }

    AcceptProvenKeys(List<X509Certificate> roots, JudgedTls.Judge judge) {
        issuers = roots.toArray(X509Certificate[]::new);
        this.judge = judge;
    }

    /** Their names go into the CertificateRequest. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return issuers.clone();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        if (!judge.accepts(Arrays.asList(chain))) {
            throw new CertificateException("the client's certificate is not acceptable");
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw refusal();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw refusal();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw refusal();
    }

    private static CertificateException refusal() {
        return new CertificateException("this trust manager is a server's");
    }
}
