package io.sallyport.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that runs beside the test, its output in a log file; it is ended by its own id, never by name. */
class Running extends Logged implements AutoCloseable {
    private static final Duration PATIENCE_AT_END = Duration.ofSeconds(10);

    private final Process process;

    /** Starts {@code command}; the lab ends it at the latest when it closes. */
    Running(Lab lab, String name, List<String> command) {
        super(lab, name);
        try {
            this.process = new ProcessBuilder(withDefaultSignals(command))
                    .redirectErrorStream(true)
                    .redirectOutput(logFile().toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lab.remember(this);
    }

    /** Whoever starts the tests with SIGHUP ignored (nohup) would have every process ignore it: a JVM takes that over. */
    private static List<String> withDefaultSignals(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("env", "--default-signal=HUP,INT"));
        whole.addAll(command);
        return whole;
    }

    final long pid() {
        return process.pid();
    }

    @Override
    final boolean alive() {
        return process.isAlive();
    }

    @Override
    final int exitStatus() {
        return process.exitValue();
    }

    final Process process() {
        return process;
    }

    /** The exit status, or a failure when it still runs after {@code limit}. */
    final int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name() + " did not end within " + limit);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    final void signal(String signal) {
        Command.run("kill", "-" + signal, Long.toString(pid())).orFail();
    }

    /** SIGKILL: it gets no chance to tidy up. */
    final void kill() {
        process.destroyForcibly();
        awaitExit(PATIENCE_AT_END);
    }

    /** SIGTERM, then SIGKILL. */
    @Override
    public final void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_AT_END.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
