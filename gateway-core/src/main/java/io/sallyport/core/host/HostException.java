package io.sallyport.core.host;

import java.io.Serial;

/** The host could not be set up. The message is one sentence for the operator, with a remedy. */
public final class HostException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    public HostException(String message) {
        super(message);
    }

    public HostException(String message, Throwable cause) {
        super(message, cause);
    }
}
