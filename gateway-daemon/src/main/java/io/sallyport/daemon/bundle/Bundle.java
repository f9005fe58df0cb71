package io.sallyport.daemon.bundle;

import io.sallyport.core.host.HostSettings;
import io.sallyport.daemon.admin.AdminClient;
import io.sallyport.daemon.admin.AdminException;
import io.sallyport.daemon.config.ConfigReader;
import io.sallyport.daemon.config.ConfigReader.Reading;
import io.sallyport.daemon.config.Finding;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.GatewayConfig.Device;
import io.sallyport.daemon.config.ShownConfig;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Collects what is known of a gateway, whether it runs or not. Everything in it is named here: what is not asked for is not there. */
public final class Bundle {
    /** Of a log line there are some 200 octets. */
    private static final int OCTETS_PER_LINE = 1024;

    private static final int MAX_LOG_OCTETS = 16 << 20;

    /** The files of the state directory that may be named; others are counted, because their names tell who has a certificate. */
    private static final Set<String> STATE_FILES =
            Set.of("leases.journal", "leases.journal.new", "revoked.txt", "host-network", "lock", "admin.sock");

    private final Path file;
    private final String version;
    private final int logLines;

    /** @param logLines how many of the log's last lines go in */
    public Bundle(Path file, String version, int logLines) {
        this.file = file;
        this.version = version;
        this.logLines = logLines;
    }

    /** Makes the archive, mode 0600; a file of that name is replaced. */
    public void writeTo(Path out) throws IOException {
        TarGz archive = new TarGz("sallyport-bundle", Instant.now());
        archive.add("version.txt", "sallyport " + version + "\n" + HostFacts.jvm());
        archive.add("system.txt", HostFacts.system());
        archive.add("configuration.yaml", ShownConfig.of(file));
        Reading reading = ConfigReader.check(file);
        archive.add("findings.txt", findings(reading));
        GatewayConfig config = ConfigReader.read(file).config();
        if (config != null) {
            archive.add("network.txt", HostFacts.network(table(config)));
            archive.add("log.txt", log(config.log().file()));
        }
        // Also of a gateway whose configuration has been spoilt since it was started.
        Path state = ConfigReader.state(file);
        archive.add("state.txt", state(state));
        running(archive, new AdminClient(state));
        archive.writeTo(out);
    }

    /** Where, not what: a finding quotes the value that is wrong. */
    private static String findings(Reading reading) {
        String places = reading.findings().stream().map(Bundle::place).collect(Collectors.joining());
        return places.isEmpty() ? "none\n" : places + "see 'sallyport check' for what they are\n";
    }

    private static String place(Finding finding) {
        return finding.severity() + " in line " + finding.position().line() + ", column "
                + finding.position().column() + "\n";
    }

    private static String table(GatewayConfig config) {
        return config.network().device() instanceof Device.Tun(String name, int mtu)
                ? HostSettings.tableOf(name)
                : "sallyport";
    }

    private static String state(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> all = files.sorted().toList();
            String named = all.stream()
                    .filter(path -> STATE_FILES.contains(path.getFileName().toString()))
                    .map(path -> path.getFileName() + ": " + size(path) + " octets\n")
                    .collect(Collectors.joining());
            long others = all.stream()
                    .filter(path -> !STATE_FILES.contains(path.getFileName().toString()))
                    .count();
            return named + "others: " + others + "\n" + HostFacts.disk(directory);
        } catch (IOException e) {
            return "cannot be read; run the command as root or as the gateway's user\n";
        }
    }

    private static String size(Path path) {
        try {
            return Long.toString(Files.size(path));
        } catch (IOException e) {
            return "unknown";
        }
    }

    private String log(@Nullable Path log) {
        if (log == null) {
            return "the gateway logs to standard output; with systemd: journalctl -u sallyport -n " + logLines + "\n";
        }
        // root reads here what the gateway's own user could have put in the log's place: a link to another's file, a
        // pipe
        if (!Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS)) {
            return "no file\n";
        }
        try (SeekableByteChannel tail =
                Files.newByteChannel(log, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            long wanted = Math.min(MAX_LOG_OCTETS, (long) logLines * OCTETS_PER_LINE);
            tail.position(Math.max(0, tail.size() - wanted));
            byte[] octets = Channels.newInputStream(tail).readNBytes((int) wanted);
            List<String> lines =
                    new String(octets, StandardCharsets.UTF_8).lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - logLines), lines.size())) + "\n";
        } catch (IOException e) {
            return "cannot be read\n";
        }
    }

    private static void running(TarGz archive, AdminClient gateway) throws IOException {
        try {
            archive.add("status.json", gateway.status().toPrettyString() + "\n");
            archive.add("sessions.json", gateway.sessions().toPrettyString() + "\n");
            archive.add("metrics.txt", gateway.metrics());
            StringBuilder threads = new StringBuilder();
            gateway.threads()
                    .forEach(thread -> threads.append(thread.asString()).append('\n'));
            archive.add("threads.txt", threads.toString());
        } catch (AdminException e) {
            archive.add("not-running.txt", "no gateway answers\n");
        }
    }
}
