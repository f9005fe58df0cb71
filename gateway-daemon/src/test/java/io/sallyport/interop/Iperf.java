package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** iperf3: a server on the host, a client in a namespace; TCP. */
final class Iperf {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static @Nullable Running serving;

    /** Which way the data flows, seen from the client. */
    enum Direction {
        UP,
        DOWN
    }

    /** A server on all addresses of {@code namespace}, until the lab ends it. */
    static Running serve(Lab lab, Namespace namespace) {
        Running server = new Running(lab, "iperf3-server", namespace.command(List.of("iperf3", "-s", "--forceflush")));
        server.awaitLog("Server listening", Duration.ofSeconds(10));
        serving = server;
        return server;
    }

    /** iperf3 takes one test at a time, and its last packets may still be on their way when the client has ended. */
    private static void awaitIdle() {
        Running server = Objects.requireNonNull(serving, "no iperf3 server");
        Awaitility.await("iperf3's server to be idle")
                .atMost(Duration.ofSeconds(20))
                .until(() -> count(server, "Server listening") > count(server, "Accepted connection"));
    }

    private static long count(Running server, String words) {
        return Pattern.compile(Pattern.quote(words))
                .matcher(server.log())
                .results()
                .count();
    }

    /** Runs for {@code seconds} and gives the Mbit/s that arrived; a broken connection is a failure. */
    static double megabits(Place from, String address, Direction direction, int seconds) {
        awaitIdle();
        return megabits(from.run(
                Duration.ofSeconds(seconds + 30L),
                arguments(address, direction, seconds).toArray(String[]::new)));
    }

    /** Begins without waiting; {@link #megabits(Running, int)} takes the result. */
    static Running begin(Lab lab, Namespace from, String address, Direction direction, int seconds) {
        awaitIdle();
        return new Running(lab, "iperf3", from.command(arguments(address, direction, seconds)));
    }

    static double megabits(Running iperf, int seconds) {
        int status = iperf.awaitExit(Duration.ofSeconds(seconds + 30L));
        return megabits(new Command.Outcome(List.of("iperf3"), status, iperf.log(), ""));
    }

    private static List<String> arguments(String address, Direction direction, int seconds) {
        List<String> arguments = new ArrayList<>(
                List.of("iperf3", "-J", "-c", address, "-t", Integer.toString(seconds), "--connect-timeout", "5000"));
        if (direction == Direction.DOWN) {
            arguments.add("-R");
        }
        return arguments;
    }

    private static double megabits(Command.Outcome iperf) {
        assertThat(iperf.status())
                .as("exit status of iperf3: %s%s", iperf.out(), iperf.err())
                .isZero();
        JsonNode report = JSON.readTree(iperf.out());
        double megabits = report.at("/end/sum_received/bits_per_second").asDouble() / 1e6;
        assertThat(megabits).as("Mbit/s that arrived").isGreaterThan(1.0);
        return megabits;
    }

    private Iperf() {}
}
