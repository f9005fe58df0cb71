package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** What a Java process holds after a garbage collection: used heap and resident set, in KiB, and open file descriptors. */
record Memory(long heapKib, long residentKib, long descriptors) {
    /** Heap is exact after a full collection; what may grow are tables of counters and cached objects. */
    private static final long HEAP_TOLERANCE_KIB = 8 * 1024;
    /** The resident set holds code caches and pooled direct buffers, which are kept once they were needed. */
    private static final long RESIDENT_TOLERANCE_KIB = 96 * 1024;

    private static final long DESCRIPTOR_TOLERANCE = 4;
    private static final Pattern USED = Pattern.compile("used (\\d+)K");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    static Memory of(long pid) {
        jcmd(pid, "GC.run");
        jcmd(pid, "GC.run");
        return new Memory(
                number(USED, jcmd(pid, "GC.heap_info")),
                number(
                        RESIDENT,
                        Command.run("cat", "/proc/" + pid + "/status").orFail().out()),
                Command.run("ls", "/proc/" + pid + "/fd").orFail().out().lines().count());
    }

    /** Waits, because half-open handshakes have deadlines, until memory is where it was. */
    static void returnsTo(Memory baseline, long pid, Duration limit) {
        Awaitility.await("memory to return")
                .atMost(limit)
                .pollInterval(Duration.ofSeconds(3))
                .untilAsserted(() -> {
                    Memory now = of(pid);
                    assertThat(now.heapKib())
                            .as("heap after GC, before: %s", baseline)
                            .isLessThan(baseline.heapKib() + HEAP_TOLERANCE_KIB);
                    assertThat(now.residentKib())
                            .as("resident, before: %s", baseline)
                            .isLessThan(baseline.residentKib() + RESIDENT_TOLERANCE_KIB);
                    assertThat(now.descriptors())
                            .as("descriptors, before: %s", baseline)
                            .isLessThanOrEqualTo(baseline.descriptors() + DESCRIPTOR_TOLERANCE);
                });
    }

    private static String jcmd(long pid, String command) {
        return Command.run(Duration.ofSeconds(60), null, List.of(JavaProgram.tool("jcmd"), Long.toString(pid), command))
                .orFail()
                .out();
    }

    private static long number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}
