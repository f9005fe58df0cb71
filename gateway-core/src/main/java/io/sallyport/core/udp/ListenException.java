package io.sallyport.core.udp;

import java.io.IOException;

/** A UDP port could not be opened; the message is one sentence for the operator that says what to do. */
public final class ListenException extends IOException {
    private static final long serialVersionUID = 1L;

    public ListenException(String message) {
        super(message);
    }
}
