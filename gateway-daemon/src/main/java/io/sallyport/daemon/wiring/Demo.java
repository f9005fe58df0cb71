package io.sallyport.daemon.wiring;

import java.io.PrintWriter;

/** A gateway on loopback with an in-memory network, and a client of each protocol. */
public final class Demo {
    private Demo() {}

    /** Prints the table; the exit status, 1 if any protocol failed. {@code keep}: stays until the process is ended. */
    @SuppressWarnings("DoNotCallSuggester") // until it is wired
    public static int run(PrintWriter out, boolean keep) throws StartException {
        throw new StartException("The demo is not wired yet.");
    }
}
