package io.sallyport.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Names of namespaces, and their end: a name carries the process that made it, so that a later run knows what a crashed one left. */
final class LabSweep {
    private static final Path NETNS = Path.of("/run/netns");
    private static final Path ETC_NETNS = Path.of("/etc/netns");
    private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));
    private static final Pattern NAME = Pattern.compile("spi-(\\d+)-([0-9a-z]+)-.*");

    static String prefixOfThisRun() {
        long pid = ProcessHandle.current().pid();
        return "spi-" + pid + "-" + started(pid) + "-";
    }

    /** Deletes the namespaces and files of runs whose process is gone, and ends what still runs in them. */
    static void sweepDeadRuns() {
        for (Path place : List.of(NETNS, ETC_NETNS, TEMPORARY)) {
            for (Path entry : list(place)) {
                String name = entry.getFileName().toString();
                Matcher matcher = NAME.matcher(name);
                if (matcher.matches() && !lives(Long.parseLong(matcher.group(1)), matcher.group(2))) {
                    remove(place, name);
                }
            }
        }
    }

    private static void remove(Path place, String name) {
        if (place.equals(TEMPORARY)) {
            deleteTree(place.resolve(name));
        } else {
            delete(new Namespace(name));
        }
    }

    /** Ends every process in the namespace, by id, and deletes it and its hosts file; nothing to do when it is not there. */
    static void delete(Namespace namespace) {
        if (Files.exists(NETNS.resolve(namespace.name()))) {
            Command.run("ip", "netns", "pids", namespace.name())
                    .out()
                    .lines()
                    .forEach(pid -> Command.run("kill", "-KILL", pid.trim()));
            Command.run("ip", "netns", "delete", namespace.name()).orFail();
        }
        deleteTree(ETC_NETNS.resolve(namespace.name()));
    }

    /** {@code ip netns exec} shows this file as /etc/hosts inside the namespace. */
    static void writeHosts(Namespace namespace, String lines) {
        try {
            Path directory = Files.createDirectories(ETC_NETNS.resolve(namespace.name()));
            Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n::1 localhost\n" + lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void deleteTree(Path root) {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean lives(long pid, String started) {
        return ProcessHandle.of(pid).isPresent() && started(pid).equals(started);
    }

    /** Field 22 of /proc/PID/stat, in clock ticks since boot: with the id it names one process for good. */
    private static String started(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Long.toString(Long.parseLong(fields[19]), Character.MAX_RADIX);
        } catch (IOException e) {
            return "gone";
        }
    }

    private static List<Path> list(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private LabSweep() {}
}
