package io.sallyport.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Something that runs beside the test and writes a log. */
abstract class Logged {
    private static final int TAIL_LINES = 60;

    private final String name;
    private final Path log;

    Logged(Lab lab, String name) {
        this.name = name;
        this.log = lab.newLog(name);
    }

    abstract boolean alive();

    /** Only of what is not alive. */
    abstract int exitStatus();

    final String name() {
        return name;
    }

    final Path logFile() {
        return log;
    }

    final String log() {
        try {
            return Files.exists(log) ? Command.text(log) : "";
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

    /** Waits until the log holds {@code regex} after {@code mark}; what ends without it is a failure at once. */
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

    final String tail() {
        if (!Files.exists(log)) {
            return "";
        }
        List<String> lines = log().lines().toList();
        List<String> last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
        return "--- " + name + (alive() ? " (running)" : " (ended, " + exitStatus() + ")") + "\n"
                + String.join("\n", last) + "\n";
    }
}
