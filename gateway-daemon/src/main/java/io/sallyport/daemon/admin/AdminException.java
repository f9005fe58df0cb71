package io.sallyport.daemon.admin;

/** The socket cannot be opened or does not answer; the message is a sentence that says what to do. */
public final class AdminException extends Exception {
    private static final long serialVersionUID = 1;

    AdminException(String message) {
        super(message, null, false, false);
    }
}
