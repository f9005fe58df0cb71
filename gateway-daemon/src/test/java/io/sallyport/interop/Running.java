package io.sallyport.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A process that runs beside the test, its output in a log file; it is ended by its own id, never by name. */
class Running implements AutoCloseable {
    private static final int TAIL_LINES = 60;
    private static final Duration PATIENCE_AT_END = Duration.ofSeconds(10);

    private final String name;
    private final Path log;
    private final Process process;

    /** Starts {@code command}; the lab ends it at the latest when it closes. */
    Running(Lab lab, String name, List<String> command) {
        this.name = name;
        this.log = lab.newLog(name);
        try {
            this.process = new ProcessBuilder(withDefaultSignals(command))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
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

    final boolean alive() {
        return process.isAlive();
    }

    final Process process() {
        return process;
    }

    final String log() {
        try {
            return Command.text(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A place in the log: what is awaited {@link #awaitSince} must stand after it. */
    final int mark() {
        return log().length();
    }

    final Matcher awaitLog(String regex, Duration limit) {
        return awaitSince(0, regex, limit);
    }

    /** Waits until the log holds {@code regex} after {@code mark}; a process that ends without it is a failure at once. */
    final Matcher awaitSince(int mark, String regex, Duration limit) {
        Pattern pattern = Pattern.compile(regex, Pattern.MULTILINE);
        String[] seen = {""};
        try {
            Awaitility.await().pollInterval(Duration.ofMillis(50)).atMost(limit).until(() -> {
                boolean over = !alive();
                seen[0] = log().substring(mark);
                return pattern.matcher(seen[0]).find() || over;
            });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(name + " did not log '" + regex + "' within " + limit, e);
        }
        Matcher matcher = pattern.matcher(seen[0]);
        if (!matcher.find()) {
            throw new AssertionError(name + " ended without logging '" + regex + "'");
        }
        return matcher;
    }

    /** The exit status, or a failure when it still runs after {@code limit}. */
    final int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " did not end within " + limit);
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

    final String tail() {
        if (!Files.exists(log)) {
            return "";
        }
        List<String> lines = log().lines().toList();
        List<String> last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
        return "--- " + name + (alive() ? " (running)" : " (ended, " + process.exitValue() + ")") + "\n"
                + String.join("\n", last) + "\n";
    }
}
