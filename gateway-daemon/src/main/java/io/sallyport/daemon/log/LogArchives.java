package io.sallyport.daemon.log;

import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.rolling.RollingPolicy;
import ch.qos.logback.core.rolling.RolloverFailure;
import ch.qos.logback.core.rolling.helper.CompressionMode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a full log file the youngest of its archives: {@code FILE.1.gz}, {@code FILE.2.gz} and so on. Logback's own
 * compression removes the file also when the disk was too full for the archive; here nothing is removed or renamed
 * before the archive is whole and on the disk.
 */
final class LogArchives implements RollingPolicy {
    static final long RETRY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final Logger log = LoggerFactory.getLogger(LogArchives.class);

    private final Path file;
    private final int keep;
    private final FileAttribute<?> mode;
    private final LongSupplier nanoTime;
    private @Nullable Long failedSince;
    private boolean started;

    LogArchives(Path file, int keep, FileAttribute<?> mode, LongSupplier nanoTime) {
        this.file = file;
        this.keep = keep;
        this.mode = mode;
        this.nanoTime = nanoTime;
    }

    /** False for a while after it failed: to compress the same in vain each second helps nobody. */
    boolean isTime() {
        return failedSince == null || nanoTime.getAsLong() - failedSince >= RETRY_NANOS;
    }

    /** @throws RolloverFailure when the file goes on as it is, and nothing is lost */
    @Override
    public void rollover() throws RolloverFailure {
        try {
            Path whole = compressed();
            for (int number = keep; number > 1; number--) {
                if (Files.exists(archive(number - 1))) {
                    Files.move(archive(number - 1), archive(number), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            Files.move(whole, archive(1), StandardCopyOption.REPLACE_EXISTING);
            Files.delete(file);
            failedSince = null;
        } catch (IOException e) {
            if (failedSince == null) {
                log.warn("{} cannot be begun anew and grows on; it is tried again: {}", file, e.toString());
            }
            failedSince = nanoTime.getAsLong();
            throw new RolloverFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private Path compressed() throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".gz.new");
        try {
            Files.deleteIfExists(draft);
            Files.createFile(draft, mode);
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(draft))) {
                Files.copy(file, out);
            }
            try (FileChannel written = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                written.force(true);
            }
            return draft;
        } catch (IOException e) {
            // on a full disk it would hold the last octets
            Files.deleteIfExists(draft);
            throw e;
        }
    }

    private Path archive(int number) {
        return file.resolveSibling(file.getFileName() + "." + number + ".gz");
    }

    @Override
    public String getActiveFileName() {
        return file.toString();
    }

    @Override
    public CompressionMode getCompressionMode() {
        return CompressionMode.GZ;
    }

    @Override
    public void setParent(FileAppender<?> appender) {
        // its file is known already
    }

    @Override
    public void start() {
        started = true;
    }

    @Override
    public void stop() {
        started = false;
    }

    @Override
    public boolean isStarted() {
        return started;
    }
}
