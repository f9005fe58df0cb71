package io.sallyport.daemon.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A lock between processes, held until closed; a process that dies lets go of it. The file stays. */
public final class LockFile implements AutoCloseable {
    private static final String OF_A_GATEWAY = "lock";

    private final FileChannel channel;
    private final FileIdentity file;

    private LockFile(FileChannel channel, FileIdentity file) {
        this.channel = channel;
        this.file = file;
    }

    /** The one that a gateway holds for as long as it runs. */
    public static Path in(Path stateDirectory) {
        return stateDirectory.resolve(OF_A_GATEWAY);
    }

    /** Null when somebody else, or another part of this process, holds it. */
    public static @Nullable LockFile tryLock(Path file) throws IOException {
        FileChannel channel = open(file);
        boolean locked = false;
        try {
            FileLock lock = channel.tryLock();
            locked = lock != null;
        } catch (OverlappingFileLockException e) {
            // held by this process
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        return locked ? of(file, channel) : null;
    }

    /** Whether somebody holds it; false also when this user may not know. */
    public static boolean isHeld(Path file) {
        if (Files.notExists(file)) {
            return false;
        }
        try (LockFile lock = tryLock(file)) {
            return lock == null;
        } catch (IOException e) {
            return false;
        }
    }

    /** Waits for whoever holds it in another process; threads of this process must not ask for the same file at once. */
    public static LockFile lock(Path file) throws IOException {
        FileChannel channel = open(file);
        try {
            channel.lock();
            return of(file, channel);
        } catch (IOException | OverlappingFileLockException e) {
            channel.close();
            throw new IOException("the lock " + file + " cannot be had", e);
        }
    }

    private static LockFile of(Path file, FileChannel channel) throws IOException {
        try {
            return new LockFile(channel, FileIdentity.of(file));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** False when the locked file has been removed or replaced: others do not meet the lock any more. */
    public boolean isThere() {
        return file.isThere();
    }

    private static FileChannel open(Path file) throws IOException {
        boolean made = !Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        // The directory belongs to the gateway's user, who must not have root make a file elsewhere and give it away.
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            if (made) {
                PrivateFiles.adopt(file, file.toAbsolutePath().getParent());
            }
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
