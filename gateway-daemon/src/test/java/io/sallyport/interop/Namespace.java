package io.sallyport.interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A network namespace, by the name that {@code ip netns} knows it by. */
record Namespace(String name) implements Place {
    /** The command line that runs {@code command} in here: {@code ip} replaces itself, so the process id is the command's own. */
    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name));
        whole.addAll(command);
        return whole;
    }

    @Override
    public Command.Outcome run(Duration limit, String... command) {
        return Command.run(limit, null, command(List.of(command)));
    }

    /** Feeds {@code rules} to nft. */
    void nft(String rules) {
        Command.run(Duration.ofSeconds(20), rules, command(List.of("nft", "-f", "-")))
                .orFail();
    }
}
