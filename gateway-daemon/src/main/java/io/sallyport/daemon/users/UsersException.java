package io.sallyport.daemon.users;

/** A users file that cannot be used, or a user who cannot be changed as asked; the message is a sentence. */
public final class UsersException extends Exception {
    private static final long serialVersionUID = 1;

    UsersException(String message) {
        super(message, null, false, false);
    }
}
