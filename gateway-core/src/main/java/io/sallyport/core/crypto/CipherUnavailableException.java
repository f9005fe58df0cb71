package io.sallyport.core.crypto;

/** A packet cipher library that this host does not have; the message is one sentence for the operator. */
public final class CipherUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    public CipherUnavailableException(String message) {
        super(message, null, false, false);
    }
}
