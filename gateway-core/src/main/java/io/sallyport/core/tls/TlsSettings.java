package io.sallyport.core.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one side of TLS brings and accepts.
 *
 * @param versions the lowest and the highest version
 * @param credentials what it proves itself with; a server must have some
 * @param peerRoots the roots that a client verifies the server against; a server only names them to the client (CertificateRequest)
 * @param askClient whether a server asks for a certificate; it never insists
 * @param serverName client only: the name that the server's certificate must carry; null leaves the name unchecked
 */
public record TlsSettings(
        Versions versions,
        @Nullable TlsCredentials credentials,
        List<X509Certificate> peerRoots,
        boolean askClient,
        @Nullable String serverName) {
    public TlsSettings {
        peerRoots = List.copyOf(peerRoots);
    }

    /** From lowest to highest. */
    public enum Versions {
        TLS_1_2_ONLY,
        TLS_1_3_ONLY,
        TLS_1_2_OR_1_3;

        String[] names() {
            return switch (this) {
                case TLS_1_2_ONLY -> new String[] {"TLSv1.2"};
                case TLS_1_3_ONLY -> new String[] {"TLSv1.3"};
                case TLS_1_2_OR_1_3 -> new String[] {"TLSv1.3", "TLSv1.2"};
            };
        }
    }
}
