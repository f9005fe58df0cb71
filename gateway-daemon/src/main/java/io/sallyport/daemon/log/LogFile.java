package io.sallyport.daemon.log;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import io.sallyport.daemon.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A log file of mode 0640 that is begun anew when it has its size: the older ones are {@code FILE.1.gz}, the youngest, and so on, so that never more than their number and
 * size are on the disk. A disk that is full loses lines and nothing else: the file is not begun anew before its archive
 * is whole, and goes on when there is room.
 */
final class LogFile extends RollingFileAppender<ILoggingEvent> {
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-r-----");

    /** How often the file's size is looked at. */
    private static final double LOOK_MILLIS = 1000;

    private static final long REOPEN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Path path;
    private final LogArchives archives;
    private @Nullable Long triedToOpen;

    private LogFile(Path path, int keep) {
        this.path = path;
        this.archives = new LogArchives(path, keep, PosixFilePermissions.asFileAttribute(MODE), System::nanoTime);
    }

    /** @throws IOException says which file cannot be written and what to do */
    static LogFile open(LoggerContext context, Path path, long maxSize, int keep) throws IOException {
        LogFile file = new LogFile(path.toAbsolutePath(), keep);
        file.requireWritable();
        file.setContext(context);
        file.setFile(file.path.toString());
        file.archives.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(context);
        size.setMaxFileSize(new FileSize(maxSize));
        size.setCheckIncrement(ch.qos.logback.core.util.Duration.buildByMilliseconds(LOOK_MILLIS));
        size.start();
        file.setRollingPolicy(file.archives);
        file.setTriggeringPolicy(size);
        return file;
    }

    private void requireWritable() throws IOException {
        try {
            createPrivate();
        } catch (IOException e) {
            throw new IOException("The log file " + path + " cannot be made; name one in log.file whose directory this"
                    + " user may write.");
        }
        if (!Files.isRegularFile(path) || !Files.isWritable(path)) {
            throw new IOException("The log file " + path
                    + " cannot be written; change its owner or mode, or name another in log.file.");
        }
    }

    private void createPrivate() throws IOException {
        try {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(MODE));
            // made by root in the service's own directory, the service has to be able to go on with it
            PrivateFiles.adopt(path, path.getParent());
        } catch (FileAlreadyExistsException e) {
            // keeps its mode
        }
    }

    /** The mode is there before the first line. */
    @Override
    public void openFile(String name) throws IOException {
        createPrivate();
        super.openFile(name);
    }

    /** Also after it could not be opened when it was begun anew, as when no descriptor was left. */
    @Override
    protected void subAppend(ILoggingEvent event) {
        if (getOutputStream() == null) {
            reopen();
        }
        // Without a stream it would give up for good.
        if (getOutputStream() != null) {
            super.subAppend(event);
        }
    }

    private void reopen() {
        long now = System.nanoTime();
        if (triedToOpen != null && now - triedToOpen < REOPEN_NANOS) {
            return;
        }
        triedToOpen = now;
        try {
            openFile(getFile());
        } catch (IOException e) {
            // the line is lost, and the next may not be
            addError("the log file cannot be opened", e);
        }
    }

    @Override
    public void rollover() {
        if (archives.isTime()) {
            super.rollover();
        }
    }
}
