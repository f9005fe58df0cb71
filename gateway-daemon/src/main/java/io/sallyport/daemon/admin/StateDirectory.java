package io.sallyport.daemon.admin;

import io.sallyport.daemon.files.LockFile;
import io.sallyport.daemon.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The state directory while a gateway holds it: a second one on the same directory is refused. */
public final class StateDirectory implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StateDirectory.class);

    private final Path path;
    private LockFile lock;

    /** Since it was last complained of. */
    private boolean failing;

    private StateDirectory(Path path, LockFile lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Makes it, mode 0700, if it is not there. */
    public static StateDirectory hold(Path path) throws AdminException {
        LockFile lock;
        try {
            lock = tryLock(path);
        } catch (IOException e) {
            throw new AdminException("The state directory " + path
                    + " cannot be written; change its owner or mode, or name another in gateway.state.");
        }
        if (lock == null) {
            throw new AdminException("Another gateway is already running with the state directory " + path
                    + "; stop it, or give this one a gateway.state of its own.");
        }
        return new StateDirectory(path, lock);
    }

    private static @Nullable LockFile tryLock(Path path) throws IOException {
        PrivateFiles.createDirectories(path);
        return LockFile.tryLock(LockFile.in(path));
    }

    public Path path() {
        return path;
    }

    /**
     * For now and then: makes and holds the directory again when it has vanished. Never fails: what goes wrong is
     * logged.
     */
    public synchronized void tend() {
        if (lock.isThere()) {
            failing = false;
            return;
        }
        try {
            LockFile again = tryLock(path);
            if (again == null) {
                complain("another gateway holds what is now there");
            } else {
                LockFile lost = lock;
                lock = again;
                lost.close();
                log.warn("the state directory {} had vanished or lost its lock; it is held again", path);
            }
        } catch (IOException e) {
            complain(String.valueOf(e.getMessage()));
        }
    }

    private void complain(String why) {
        if (!failing) {
            failing = true;
            log.error("the state directory {} has vanished and is not held any more; it is tried again: {}", path, why);
        }
    }

    /** Whether it is still this gateway's. */
    synchronized boolean isHeld() {
        return lock.isThere();
    }

    @Override
    public synchronized void close() throws IOException {
        lock.close();
    }
}
