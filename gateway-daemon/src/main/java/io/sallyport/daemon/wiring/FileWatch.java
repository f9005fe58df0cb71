package io.sallyport.daemon.wiring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** Sees that a file changed, by its identity, time and size; a file that is not there is a state like any other. One caller at a time. */
final class FileWatch {
    private final Path file;
    private Stamp seen;

    private record Stamp(@Nullable Object key, @Nullable FileTime modified, long size) {
        static final Stamp ABSENT = new Stamp(null, null, -1);
    }

    /** Counts as seen as it is now. */
    FileWatch(Path file) {
        this.file = file;
        this.seen = stamp();
    }

    /** What reading a file does; it may fail. */
    @FunctionalInterface
    interface Reading<E extends Exception> {
        void read() throws E;
    }

    /** Reads when the file is not as it was when it was last read with success: what failed is tried again the next time. */
    <E extends Exception> void ifChanged(Reading<E> reading) throws E {
        Stamp now = stamp();
        if (!now.equals(seen)) {
            reading.read();
            seen = now;
        }
    }

    private Stamp stamp() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
        } catch (IOException e) {
            return Stamp.ABSENT;
        }
    }
}
