package io.sallyport.core.address;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that lets addresses find their users again after a restart: a heading, then {@link JournalLine}s. It is appended to, and rewritten beside itself and renamed at
 * start, at the end and when it has grown to twice what it has to say. Written to the kernel before a lease is answered, so kill -9 loses nothing; not to the disk, so a power cut may
 * lose the last seconds' affinity.
 *
 * <p>A torn last line is dropped; any other damaged line is skipped, with one warning that counts them: somebody's affinity is not worth a gateway that does
 * not start. A file with another heading is not ours and refused. A disk that refuses to write, or a file that is gone, costs one warning, and the whole is
 * rewritten once it can be; leases go on in memory meanwhile.
 */
final class LeaseJournal {
    static final String HEADING = "sallyport-leases-1\n";

    private static final Logger log = LoggerFactory.getLogger(LeaseJournal.class);
    private static final int SMALL = 1024;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Path file;
    private final LongSupplier nanoTime;
    private final ReentrantLock io = new ReentrantLock();
    private final Object pendingLock = new Object();
    private List<JournalLine> pending = new ArrayList<>();
    private @Nullable FileOutputStream out;
    private long appended;
    private long compactLines;
    private @Nullable Long brokenSince;
    private volatile boolean broken;
    private boolean closed;
    private @Nullable Object fileKey;

    LeaseJournal(Path file, LongSupplier nanoTime) {
        this.file = file;
        this.nanoTime = nanoTime;
    }

    /** What the file says, in order; empty when there is none. */
    List<JournalLine> read() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        // Damage may be any octets: Latin-1 decodes them all, and a good line is ASCII.
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (text.isEmpty()) {
            log.warn("{} is empty: clients may get other addresses than before", file);
            return List.of();
        }
        if (!text.startsWith(HEADING)) {
            throw foreign();
        }
        return parse(text.substring(HEADING.length()));
    }

    /** As {@link #read} refuses, by the heading alone. */
    void requireOurs() throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (InputStream in = Files.newInputStream(file)) {
            String heading = new String(in.readNBytes(HEADING.length()), StandardCharsets.ISO_8859_1);
            if (!heading.isEmpty() && !heading.equals(HEADING)) {
                throw foreign();
            }
        }
    }

    private IOException foreign() {
        return new IOException(file + " is not a lease journal of this version: move it away and start again");
    }

    private List<JournalLine> parse(String text) {
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        List<JournalLine> lines = new ArrayList<>();
        long damaged = 0;
        for (String line : whole.lines().toList()) {
            JournalLine decoded = JournalLine.decode(line);
            if (decoded == null) {
                damaged++;
            } else {
                lines.add(decoded);
            }
        }
        if (damaged > 0) {
            log.warn("skipped {} damaged lines of {}: some clients may get other addresses than before", damaged, file);
        }
        return lines;
    }

    /** Adds a line to what the next {@link #flush} writes; never waits for the disk. */
    void append(JournalLine line) {
        synchronized (pendingLock) {
            pending.add(line);
        }
    }

    /**
     * Starts anew with these lines, which hold all that was appended before. Never fails, as {@link #flush}: a full
     * disk stops no start, and what the file said stays in it.
     */
    void begin(List<JournalLine> all) {
        io.lock();
        try {
            rewrite(all);
        } catch (IOException e) {
            broken(e);
        } finally {
            io.unlock();
        }
    }

    /** Forgets what was appended and not yet written: for the moment at which {@code all} of {@link #flush} is gathered. */
    void dropPending() {
        takePending();
    }

    /**
     * Writes what is pending, or everything anew when it is time. Never fails: what goes wrong is logged.
     *
     * @param all gathers everything, and calls {@link #dropPending} in the same breath
     */
    void flush(Supplier<List<JournalLine>> all) {
        io.lock();
        try {
            Long since = brokenSince;
            if (closed || (since != null && nanoTime.getAsLong() - since < RETRY_NANOS)) {
                takePending();
            } else if (since != null || appended > SMALL + compactLines) {
                rewrite(all.get());
            } else {
                write(takePending());
            }
        } catch (IOException e) {
            broken(e);
        } finally {
            io.unlock();
        }
    }

    /** Whether what is leased now will be known after a restart. */
    boolean isWritten() {
        return !broken;
    }

    /** For now and then: writes what is pending, and notices that the file is gone, be it that nobody leases anything. */
    void tend(Supplier<List<JournalLine>> all) {
        io.lock();
        try {
            if (brokenSince == null && !closed && !isOurs()) {
                broken(new IOException("it has been removed or replaced"));
            }
        } finally {
            io.unlock();
        }
        flush(all);
    }

    private boolean isOurs() {
        try {
            return Objects.equals(
                    fileKey,
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        } catch (IOException e) {
            return false;
        }
    }

    /** Writes everything once more and closes the file. */
    void close(Supplier<List<JournalLine>> all) {
        io.lock();
        try {
            closed = true;
            rewrite(all.get());
            closeOut();
        } catch (IOException e) {
            broken(e);
        } finally {
            io.unlock();
        }
    }

    private List<JournalLine> takePending() {
        synchronized (pendingLock) {
            List<JournalLine> taken = pending;
            pending = new ArrayList<>();
            return taken;
        }
    }

    private void write(List<JournalLine> lines) throws IOException {
        FileOutputStream to = out;
        if (to == null) {
            throw new IOException("the journal is closed");
        }
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line.encode()));
        to.write(text.toString().getBytes(StandardCharsets.US_ASCII));
        appended += lines.size();
    }

    private void rewrite(List<JournalLine> all) throws IOException {
        closeOut();
        Path next = draft();
        FileOutputStream written = new FileOutputStream(next.toFile());
        try {
            out = written;
            written.write(HEADING.getBytes(StandardCharsets.US_ASCII));
            write(all);
            written.getFD().sync();
            Object key = Files.readAttributes(next, BasicFileAttributes.class).fileKey();
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            fileKey = key;
        } catch (IOException e) {
            closeOut();
            throw e;
        }
        // The renamed file stays open: what is appended goes to it.
        compactLines = all.size();
        appended = 0;
        if (brokenSince != null) {
            log.info("{} is written again", file);
        }
        brokenSince = null;
        broken = false;
    }

    private void broken(IOException e) {
        brokenSince = nanoTime.getAsLong();
        if (!broken) {
            broken = true;
            log.warn(
                    "{} cannot be written, so clients may get other addresses after a restart; sessions go on, and it is tried again: {}",
                    file,
                    e.getMessage());
        }
        dropDraft();
    }

    /** On a full disk it would hold the last octets. */
    private void dropDraft() {
        try {
            closeOut();
            if (Files.isRegularFile(draft())) {
                Files.delete(draft());
            }
        } catch (IOException e) {
            log.debug("{} stays", draft(), e);
        }
    }

    private Path draft() {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    private void closeOut() throws IOException {
        FileOutputStream closing = out;
        out = null;
        if (closing != null) {
            closing.close();
        }
    }
}
