package io.sallyport.daemon.wiring;

/** Why the gateway could not start: one sentence that says what to do. */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1;

    public StartException(String sentence) {
        super(sentence, null, false, false);
    }

    static StartException because(Exception cause) {
        String sentence = String.valueOf(cause.getMessage());
        return new StartException(sentence.endsWith(".") ? sentence : sentence + ".");
    }
}
