package io.sallyport.daemon.cli;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Command lines run in this process. */
final class CommandLines {
    private CommandLines() {}

    record Outcome(int status, String out, String err) {}

    static Outcome run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Sallyport.execute(new PrintWriter(out), new PrintWriter(err), arguments);
        return new Outcome(status, out.toString(), err.toString());
    }

    /** Tests of one class run one after the other, so standard input may be lent. */
    static Outcome runWithInput(String input, String... arguments) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            return run(arguments);
        } finally {
            System.setIn(before);
        }
    }

    /** A fresh configuration; its path. */
    static String init(Path directory) {
        Outcome outcome = run("init", directory.toString(), "--name", "vpn.example.test");
        if (outcome.status() != 0) {
            throw new AssertionError(outcome);
        }
        return directory.resolve("gateway.yaml").toString();
    }
}
