package io.sallyport.daemon.config;

/** A value that is not what its key wants; the message says what is wrong and what would be right. */
final class BadValue extends Exception {
    private static final long serialVersionUID = 1;

    BadValue(String message) {
        super(message, null, false, false);
    }
}
