package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** What the gateway has dropped, by verdict, from its Prometheus endpoint. */
final class Drops {
    private static final Duration SOON = Duration.ofSeconds(20);

    static long of(Lab lab, String verdict) {
        String page = lab.gateway()
                .shell("exec 3<>/dev/tcp/127.0.0.1/9464; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3")
                .orFail()
                .out();
        var line = Pattern.compile(
                        "^sallyport_packets_dropped_total\\{[^}]*verdict=\"" + verdict + "\"[^}]*\\} ([0-9.eE+]+)",
                        Pattern.MULTILINE)
                .matcher(page);
        assertThat(line.find()).as("the verdict %s in %s", verdict, page).isTrue();
        return (long) Double.parseDouble(line.group(1));
    }

    static void await(Lab lab, String verdict, long atLeast) {
        Awaitility.await(atLeast + " dropped as " + verdict)
                .atMost(SOON)
                .untilAsserted(() -> assertThat(of(lab, verdict)).isGreaterThanOrEqualTo(atLeast));
    }

    private Drops() {}
}
