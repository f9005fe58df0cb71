package io.sallyport.daemon.bundle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What this host and its JVM are. Chosen facts, each by name: no environment, no arguments, no system properties as a whole. */
final class HostFacts {
    private static final long COMMAND_SECONDS = 10;
    private static final int MAX_OUTPUT = 1 << 20;
    private static final List<Path> SYSTEM = List.of(Path.of("/usr/sbin"), Path.of("/sbin"), Path.of("/usr/bin"));

    private HostFacts() {}

    static String jvm() {
        Runtime runtime = Runtime.getRuntime();
        return properties("java.vm.name", "java.vm.vendor", "java.runtime.version", "os.arch")
                + "processors: " + runtime.availableProcessors() + "\n"
                + "largest heap of this command: " + runtime.maxMemory() + "\n";
    }

    static String system() {
        return "time: " + Instant.now() + "\n"
                + properties("os.name", "os.version")
                + file("/etc/os-release", 20)
                + file("/proc/loadavg", 1)
                + file("/proc/meminfo", 8)
                + file("/proc/sys/net/ipv4/ip_forward", 1);
    }

    /** The gateway's own device in nftables is its own table; the host's other rules are nobody's business. */
    static String network(String table) {
        return command("ip", "-o", "address")
                + command("ip", "-d", "-s", "link")
                + command("ip", "-4", "route")
                + command("ip", "-6", "route")
                + command("nft", "list", "table", "inet", table);
    }

    static String disk(Path directory) {
        try {
            FileStore store = Files.getFileStore(directory);
            return "file system: " + store.type() + ", " + store.getUsableSpace() + " of " + store.getTotalSpace()
                    + " octets free\n";
        } catch (IOException e) {
            return "file system: unknown\n";
        }
    }

    private static String properties(String... names) {
        return List.of(names).stream()
                .map(name -> name + ": " + System.getProperty(name, "") + "\n")
                .collect(Collectors.joining());
    }

    private static String file(String path, int lines) {
        try (var text = Files.lines(Path.of(path))) {
            return "--- " + path + "\n"
                    + text.limit(lines).map(line -> line + "\n").collect(Collectors.joining());
        } catch (IOException e) {
            return "--- " + path + ": cannot be read\n";
        }
    }

    private static String command(String... words) {
        String shown = "--- " + String.join(" ", words) + "\n";
        List<String> line = new java.util.ArrayList<>(List.of(words));
        SYSTEM.stream()
                .map(directory -> directory.resolve(words[0]))
                .filter(Files::isExecutable)
                .findFirst()
                .ifPresent(file -> line.set(0, file.toString()));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        // the command's environment is none of this process's
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            // one that hangs is ended, and with it the reading of what it says
            Thread.ofVirtual().start(() -> end(process));
            byte[] said = process.getInputStream().readNBytes(MAX_OUTPUT);
            process.destroyForcibly();
            return shown + new String(said, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return shown + "(cannot be run)\n";
        }
    }

    private static void end(Process process) {
        try {
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
