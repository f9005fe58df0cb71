package io.sallyport.core.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was changed on the host and must be put back, on disk before it is changed: a line {@code key=value} for each kernel setting's former value, one for the nftables
 * table, and one for the boot of the host, because after a reboot there is nothing to put back.
 */
final class HostRecord {
    static final String FILE = "host-network";
    static final String TABLE = "table";

    private static final Logger log = LoggerFactory.getLogger(HostRecord.class);
    private static final String BOOT = "boot";
    private static final String BOOT_ID = "kernel/random/boot_id";

    /** What is read back becomes paths and a part of nft's script. */
    private static final Pattern KEY = Pattern.compile("(boot|table|net/[a-z0-9_/]+)=[A-Za-z0-9_.-]+");

    private final Path file;
    private final String boot;
    private final Map<String, String> entries = new TreeMap<>();

    private HostRecord(Path file, String boot) {
        this.file = file;
        this.boot = boot;
    }

    /** The record that an earlier run left, or an empty one. */
    static HostRecord load(Host host, Path directory) throws HostException {
        HostRecord record = new HostRecord(directory.resolve(FILE), host.read(BOOT_ID));
        if (Files.exists(record.file)) {
            record.readFile();
        }
        return record;
    }

    private void readFile() throws HostException {
        try {
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                if (equals > 0 && KEY.matcher(line).matches()) {
                    entries.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
        } catch (IOException e) {
            throw new HostException(file + " cannot be read; see its permissions, or remove it", e);
        }
        if (!boot.equals(entries.remove(BOOT))) {
            log.info("{} is of an earlier boot of this host: nothing to put back", file);
            entries.clear();
        }
    }

    /** A copy. */
    Map<String, String> entries() {
        return new TreeMap<>(entries);
    }

    /** On disk when it returns. */
    void put(String key, String value) throws HostException {
        entries.put(key, value);
        Path written = file.resolveSibling(FILE + ".new");
        StringBuilder text = new StringBuilder(BOOT + "=" + boot + "\n");
        entries.forEach((k, v) -> text.append(k).append('=').append(v).append('\n'));
        try {
            try (FileChannel channel = FileChannel.open(
                    written,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)));
                channel.force(true);
            }
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new HostException(
                    "the state directory " + file.getParent() + " cannot be written (" + e.getMessage()
                            + "); make it writable for this user",
                    e);
        }
    }

    void clear() {
        entries.clear();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("cannot remove {}", file, e);
        }
    }
}
