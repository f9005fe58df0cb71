package io.sallyport.core.tls;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Makes the server's ends of TLS connections whose clients must have a certificate, and are told by an alert when it will not do. Thread-safe.
 */
@FunctionalInterface
public interface JudgedTls {
    TlsEndpoint newEndpoint(Judge judge);

    /** Asked within the handshake, where a fatal alert can still be sent. */
    @FunctionalInterface
    interface Judge {
        /**
         * Called in a task of the endpoint, and <b>before</b> the client has proven that it holds the key: a yes lets the handshake go on, and counts for something only when the end is
         * {@link TlsEndpoint.Progress.Open}.
         *
         * @param chain leaf first; empty when the client sent none, which is refused whatever the answer
         */
        boolean accepts(List<X509Certificate> chain);
    }
}
