package io.sallyport.core.port443;

import java.io.Serial;

/** What a proxy sent is no PROXY header. Without a stack, because strangers may cause it. */
final class ProxyHeaderException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    ProxyHeaderException(String reason) {
        super(reason, null, false, false);
    }
}
