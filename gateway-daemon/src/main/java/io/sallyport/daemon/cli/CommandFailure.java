package io.sallyport.daemon.cli;

/** Why a command could not do what it was asked: one sentence that says what to do, and the exit status. */
public final class CommandFailure extends Exception {
    /** Something did not work. */
    public static final int FAILED = 1;

    /** Wrong usage or configuration. */
    public static final int WRONG = 2;

    private static final long serialVersionUID = 1;

    private final int status;

    private CommandFailure(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    public static CommandFailure failed(String sentence) {
        return new CommandFailure(FAILED, sentence);
    }

    public static CommandFailure wrong(String sentence) {
        return new CommandFailure(WRONG, sentence);
    }

    public int status() {
        return status;
    }
}
