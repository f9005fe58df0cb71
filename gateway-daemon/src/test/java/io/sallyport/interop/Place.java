package io.sallyport.interop;

import java.time.Duration;
import java.util.List;

/** Where a test runs commands: a network namespace, or a machine of its own. */
interface Place {
    /** Runs to the end; what takes longer than {@code limit} is killed, and its status is -1. */
    Command.Outcome run(Duration limit, String... command);

    default Command.Outcome run(String... command) {
        return run(Duration.ofSeconds(60), command);
    }

    /** A line for the shell. */
    default Command.Outcome shell(String line) {
        return run("bash", "-c", line);
    }

    /** The first global address of a device in here, or an empty text. */
    default String addressOf(String device, int family) {
        Command.Outcome shown = run("ip", "-o", "-" + family, "addr", "show", "dev", device, "scope", "global");
        List<String> words = List.of(shown.out().trim().split("\\s+", -1));
        int at = words.indexOf(family == 4 ? "inet" : "inet6");
        return at < 0 ? "" : words.get(at + 1).replaceAll("/.*", "");
    }
}
