package io.sallyport.core.address;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.address.LeaseAnswer.Leased;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that leases and releases without end is killed with SIGKILL, ten times, wherever it is: what it had answered counts. */
class KilledProcessTest {
    private static final int ROUNDS = 10;
    private static final int USERS = 40;
    /** Two devices a user, and few spare addresses: what is remembered wrongly meets somebody else's. */
    private static final List<Pool> POOLS = List.of(Pool.of("10.8.0.0/24"), Pool.of("fd00::/64"));

    @TempDir
    Path state;

    /** The process: says each lease once it has been answered, and which was given back. */
    static final class Churn {
        public static void main(String[] arguments) throws IOException {
            AddressPools pools = AddressPools.open(POOLS, Path.of(arguments[0]));
            Random random = new Random(Long.parseLong(arguments[1]));
            Map<String, Deque<Lease>> held = new HashMap<>();
            StringBuilder line = new StringBuilder();
            while (true) {
                String user = "user " + random.nextInt(USERS);
                Deque<Lease> devices = held.computeIfAbsent(user, u -> new ArrayDeque<>());
                if (devices.size() == 2) {
                    pools.release(devices.removeLast());
                } else {
                    Lease lease = lease(pools, user);
                    devices.addLast(lease);
                    line.setLength(0);
                    line.append(user).append('|').append(devices.size()).append('|');
                    line.append(lease.ipv4()).append('|').append(lease.ipv6());
                    System.out.println(line);
                }
            }
        }
    }

    private static Lease lease(AddressPools pools, String user) {
        return switch (pools.lease(new LeaseRequest(user, null, null, null))) {
            case Leased leased -> leased.lease();
            case LeaseAnswer.Refused refused -> throw new IllegalStateException(refused.detail());
        };
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void usersGetTheirOwnAddressesBackAndNobodyElses() throws Exception {
        Random random = new Random(9);
        Map<String, String> told = new HashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            churn(round, 200 + random.nextInt(4000), told);
            assertKept(told);
        }
        assertThat(told).hasSize(2 * USERS);
    }

    /** What is said after so many lines is read to the end: the pipe outlives the process. */
    private void churn(int round, int lines, Map<String, String> told) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Churn.class.getName(),
                        state.toString(),
                        Integer.toString(round))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.US_ASCII)) {
            int read = 0;
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                // The last line may be cut off: an address counts only with what follows it.
                String[] words = line.split("\\|", -1);
                if (words.length == 4) {
                    told.put(words[0] + "|" + words[1], words[2]);
                }
                if (++read == lines) {
                    // The process itself would close the pipe too.
                    process.toHandle().destroyForcibly();
                }
            }
        }
        assertThat(process.waitFor()).as("killed, not ended by itself").isEqualTo(137);
    }

    /** As the next process finds it. */
    private void assertKept(Map<String, String> told) throws IOException {
        AddressPools pools = AddressPools.open(POOLS, state);
        Set<String> given = new HashSet<>();
        for (int device = 1; device <= 2; device++) {
            for (int user = 0; user < USERS; user++) {
                String name = "user " + user;
                String before = told.get(name + "|" + device);
                if (before != null) {
                    String now = String.valueOf(lease(pools, name).ipv4());
                    assertThat(now).as(name + "|" + device).isEqualTo(before);
                    assertThat(given.add(now)).as("only one has %s", now).isTrue();
                }
            }
        }
    }
}
