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
 *
 * <p>A disk that refuses stops nobody: the record is kept in memory and written once it can be. Only a crash meanwhile
 * leaves on the host what was changed.
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
    private boolean broken;

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

    /** On disk when it returns, if the disk takes it. */
    void put(String key, String value) {
        entries.put(key, value);
        write();
    }

    /**
     * For now and then: a disk that refused may have room again, and a directory that vanished took the file with it.
     */
    void tend() {
        if (!entries.isEmpty() && (broken || !Files.exists(file))) {
            write();
        }
    }

    private void write() {
        Path written = file.resolveSibling(FILE + ".new");
        StringBuilder text = new StringBuilder(BOOT + "=" + boot + "\n");
        entries.forEach((k, v) -> text.append(k).append('=').append(v).append('\n'));
        try {
            try (FileChannel channel = FileChannel.open(
                    written,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                ByteBuffer rest = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            broken = false;
        } catch (IOException e) {
            broken(e);
            dropDraft(written);
        }
    }

    /** On a full disk it would hold the last octets. */
    private static void dropDraft(Path written) {
        try {
            if (Files.isRegularFile(written)) {
                Files.delete(written);
            }
        } catch (IOException e) {
            log.debug("{} stays", written, e);
        }
    }

    private void broken(IOException e) {
        if (!broken) {
            broken = true;
            log.warn(
                    "{} cannot be written, so after a crash the host's settings would not be put back; it is tried again: {}",
                    file,
                    e.getMessage());
        }
    }

    void clear() {
        entries.clear();
        broken = false;
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("cannot remove {}", file, e);
        }
    }
}
