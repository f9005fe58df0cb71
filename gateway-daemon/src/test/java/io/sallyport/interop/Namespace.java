package io.sallyport.interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A network namespace, by the name that {@code ip netns} knows it by. */
record Namespace(String name) {
    /** The command line that runs {@code command} in here: {@code ip} replaces itself, so the process id is the command's own. */
    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name));
        whole.addAll(command);
        return whole;
    }

    Command.Outcome run(String... command) {
        return Command.run(Duration.ofSeconds(60), null, command(List.of(command)));
    }

    Command.Outcome run(Duration limit, String... command) {
        return Command.run(limit, null, command(List.of(command)));
    }

    /** A line for the shell. */
    Command.Outcome shell(String line) {
        return run("bash", "-c", line);
    }

    /** Feeds {@code rules} to nft. */
    void nft(String rules) {
        Command.run(Duration.ofSeconds(20), rules, command(List.of("nft", "-f", "-")))
                .orFail();
    }

    /** The first global address of a device in here, or an empty text. */
    String addressOf(String device, int family) {
        Command.Outcome shown = run("ip", "-o", "-" + family, "addr", "show", "dev", device, "scope", "global");
        List<String> words = List.of(shown.out().trim().split("\\s+", -1));
        int at = words.indexOf(family == 4 ? "inet" : "inet6");
        return at < 0 ? "" : words.get(at + 1).replaceAll("/.*", "");
    }
}
