package io.sallyport.core.tun;

import java.io.IOException;

/** The TUN device could not be opened; the message is one sentence for the operator that says what to do. */
public final class TunException extends IOException {
    private static final long serialVersionUID = 1L;

    public TunException(String message) {
        super(message);
    }
}
