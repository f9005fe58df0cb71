package io.sallyport.daemon.pki;

/** A list of revoked certificates that cannot be used; the message is a sentence without its full stop. */
public final class RevocationsException extends Exception {
    private static final long serialVersionUID = 1;

    RevocationsException(String message) {
        super(message, null, false, false);
    }
}
