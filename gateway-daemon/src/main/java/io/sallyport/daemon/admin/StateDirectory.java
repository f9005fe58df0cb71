package io.sallyport.daemon.admin;

import io.sallyport.daemon.files.LockFile;
import io.sallyport.daemon.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;

/** The state directory while a gateway holds it: a second one on the same directory is refused. */
public final class StateDirectory implements AutoCloseable {
    private final Path path;
    private final LockFile lock;

    private StateDirectory(Path path, LockFile lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Makes it, mode 0700, if it is not there. */
    public static StateDirectory hold(Path path) throws AdminException {
        LockFile lock;
        try {
            PrivateFiles.createDirectories(path);
            lock = LockFile.tryLock(path.resolve("lock"));
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

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
