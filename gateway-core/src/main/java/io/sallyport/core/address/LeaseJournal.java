package io.sallyport.core.address;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
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
 * not start. A file with another heading is not ours and refused. A disk that refuses to write costs a warning a minute at most, and the whole is rewritten
 * once it can be.
 */
final class LeaseJournal {
    static final String HEADING = "sallyport-leases-1\n";

    private static final Logger log = LoggerFactory.getLogger(LeaseJournal.class);
    private static final int SMALL = 1024;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long WARN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Path file;
    private final LongSupplier nanoTime;
    private final ReentrantLock io = new ReentrantLock();
    private final Object pendingLock = new Object();
    private List<JournalLine> pending = new ArrayList<>();
    private @Nullable FileOutputStream out;
    private long appended;
    private long compactLines;
    private @Nullable Long brokenSince;
    private @Nullable Long warnedAt;

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
            throw new IOException(file + " is not a lease journal of this version: move it away and start again");
        }
        return parse(text.substring(HEADING.length()));
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

    /** Starts anew with these lines, which hold all that was appended before. */
    void begin(List<JournalLine> all) throws IOException {
        io.lock();
        try {
            rewrite(all);
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
            if (since != null && nanoTime.getAsLong() - since < RETRY_NANOS) {
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

    /** Writes everything once more and closes the file. */
    void close(Supplier<List<JournalLine>> all) {
        io.lock();
        try {
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
        Path next = file.resolveSibling(file.getFileName() + ".new");
        FileOutputStream written = new FileOutputStream(next.toFile());
        try {
            out = written;
            written.write(HEADING.getBytes(StandardCharsets.US_ASCII));
            write(all);
            written.getFD().sync();
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
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
    }

    private void broken(IOException e) {
        long now = nanoTime.getAsLong();
        brokenSince = now;
        if (warnedAt == null || now - warnedAt >= WARN_NANOS) {
            warnedAt = now;
            log.warn(
                    "{} cannot be written, so clients may get other addresses after a restart: {}",
                    file,
                    e.getMessage());
        }
    }

    private void closeOut() throws IOException {
        FileOutputStream closing = out;
        out = null;
        if (closing != null) {
            closing.close();
        }
    }
}
