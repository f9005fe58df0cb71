package io.sallyport.core.tls;

/** Makes the ends of TLS connections that share their settings. Thread-safe. */
@FunctionalInterface
public interface TlsContext {
    TlsEndpoint newEndpoint();
}
