package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;

/** ICMP echo out of a namespace. */
final class Ping {
    /** Ten echo requests, at least nine answers. */
    static void answers(Place from, String address) {
        Command.Outcome ping = from.run("ping", "-n", "-c", "10", "-i", "0.1", "-W", "2", address);
        assertThat(received(ping))
                .as("answers from %s in: %s%s", address, ping.out(), ping.err())
                .isGreaterThanOrEqualTo(9);
    }

    /** Full-size packets of {@code octets} with the don't-fragment bit. */
    static void answersUnfragmented(Place from, String address, int octets) {
        String payload = Integer.toString(octets - (address.contains(":") ? 48 : 28));
        Command.Outcome ping =
                from.run("ping", "-n", "-c", "3", "-i", "0.2", "-W", "2", "-M", "do", "-s", payload, address);
        assertThat(received(ping))
                .as("answers from %s in: %s%s", address, ping.out(), ping.err())
                .isEqualTo(3);
    }

    /** No answer at all to five requests. */
    static void staysUnanswered(Place from, String address) {
        Command.Outcome ping = from.run("ping", "-n", "-c", "5", "-i", "0.1", "-W", "1", address);
        assertThat(received(ping)).as("answers from %s", address).isZero();
    }

    /** Asks until an answer comes. */
    static void awaitAnswer(Place from, String address, Duration limit) {
        Awaitility.await("an answer from " + address)
                .atMost(limit)
                .pollInterval(Duration.ofMillis(300))
                .until(() ->
                        from.run("ping", "-n", "-c", "1", "-W", "1", address).ok());
    }

    private static int received(Command.Outcome ping) {
        var matcher = java.util.regex.Pattern.compile("(\\d+) received").matcher(ping.out());
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
    }

    private Ping() {}
}
