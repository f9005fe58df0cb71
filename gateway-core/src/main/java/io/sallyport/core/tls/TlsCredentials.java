package io.sallyport.core.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate chain, leaf first, and the leaf's private key (RSA or ECDSA).
 */
public record TlsCredentials(List<X509Certificate> chain, PrivateKey key) {
    public TlsCredentials {
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("credentials without a certificate");
        }
        chain = List.copyOf(chain);
    }

    @Override
    public String toString() {
        return "credentials of " + chain.getFirst().getSubjectX500Principal();
    }
}
