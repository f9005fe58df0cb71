package io.sallyport.daemon.pki;

/** A file that does not hold the PEM it should; the message continues the file's name. */
public final class PemException extends Exception {
    private static final long serialVersionUID = 1;

    public PemException(String message) {
        super(message, null, false, false);
    }
}
