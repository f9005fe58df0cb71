package io.sallyport.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A command that is run to its end, bounded in time; killed by its own id when it takes longer. */
final class Command {
    private static final Duration USUAL_LIMIT = Duration.ofSeconds(60);

    /** What a command said; {@code status} is -1 when it was killed for taking too long. */
    record Outcome(List<String> command, int status, String out, String err) {
        boolean ok() {
            return status == 0;
        }

        /** Itself, when the status is 0. */
        Outcome orFail() {
            if (!ok()) {
                throw new AssertionError(
                        "exit status " + status + " of " + String.join(" ", command) + "\n" + out + err);
            }
            return this;
        }
    }

    static Outcome run(String... command) {
        return run(USUAL_LIMIT, null, List.of(command));
    }

    static Outcome run(Duration limit, @Nullable String stdin, List<String> command) {
        try {
            Path in = Files.createTempFile("sallyport-", ".in");
            Path out = Files.createTempFile("sallyport-", ".out");
            Path err = Files.createTempFile("sallyport-", ".err");
            try {
                Files.writeString(in, stdin == null ? "" : stdin);
                Process process = new ProcessBuilder(command)
                        .redirectInput(in.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                int status = awaitEnd(process, limit);
                return new Outcome(command, status, text(out), text(err));
            } finally {
                Files.delete(in);
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int awaitEnd(Process process, Duration limit) {
        try {
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
            process.destroyForcibly().waitFor();
            return -1;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** A log may hold octets that are no text. */
    static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private Command() {}
}
