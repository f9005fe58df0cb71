package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** ICMP echo out of a namespace. */
final class Ping {
    private static final Pattern ANSWER = Pattern.compile("bytes from .*icmp_seq=(\\d+)");
    private static final Pattern RECEIVED = Pattern.compile("(\\d+) received");

    /** Ten echo requests, at least nine answers. */
    static void answers(Place from, String address) {
        assertThat(answered(from, address, 10, "-i", "0.1")).isGreaterThanOrEqualTo(9);
    }

    /** Full-size packets of {@code octets} with the don't-fragment bit. */
    static void answersUnfragmented(Place from, String address, int octets) {
        assertThat(answered(from, address, 3, "-i", "0.2", "-M", "do", "-s", payload(address, octets)))
                .isEqualTo(3);
    }

    /** IPv4 packets of {@code octets} without the don't-fragment bit. */
    static void answersInFragments(Place from, String address, int octets) {
        assertThat(answered(from, address, 3, "-i", "0.2", "-M", "dont", "-s", payload(address, octets)))
                .isEqualTo(3);
    }

    /**
     * How many of the first {@code count} requests are answered. Without a deadline ping would wait for the last answers only twice as long as the others took, which a
     * machine that is busy elsewhere may need; with one it asks on until it has so many answers.
     */
    private static long answered(Place from, String address, int count, String... options) {
        List<String> command = new ArrayList<>(List.of("ping", "-n", "-c", Integer.toString(count), "-w", "10"));
        command.addAll(List.of(options));
        command.add(address);
        Command.Outcome ping = from.run(command.toArray(String[]::new));
        long answered = ANSWER.matcher(ping.out())
                .results()
                .map(answer -> Integer.parseInt(answer.group(1)))
                .filter(sequence -> sequence <= count)
                .distinct()
                .count();
        if (answered < count) {
            System.out.printf("answers from %s in: %s%s%n", address, ping.out(), ping.err());
        }
        return answered;
    }

    private static String payload(String address, int octets) {
        return Integer.toString(octets - (address.contains(":") ? 48 : 28));
    }

    /** What is said about packets of {@code octets} with the don't-fragment bit; without an answer. */
    static String tooLargeFor(Place from, String address, int octets) {
        Command.Outcome ping = from.run(
                "ping", "-n", "-c", "3", "-i", "0.2", "-W", "1", "-M", "do", "-s", payload(address, octets), address);
        assertThat(received(ping)).as("answers from %s", address).isZero();
        return ping.out() + ping.err();
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
        Matcher matcher = RECEIVED.matcher(ping.out());
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
    }

    private Ping() {}
}
