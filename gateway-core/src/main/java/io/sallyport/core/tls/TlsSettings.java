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
        TLS_1_2_ONLY("TLSv1.2"),
        TLS_1_3_ONLY("TLSv1.3"),
        TLS_1_2_OR_1_3("TLSv1.3", "TLSv1.2");

        private final List<String> names;

        Versions(String... names) {
            this.names = List.of(names);
        }

        List<String> names() {
            return names;
        }
    }
}
