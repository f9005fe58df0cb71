package io.sallyport.daemon.wiring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** Tells once of each change of a file, by its identity, time and size; a file that is not there is a state like any other. */
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

    synchronized boolean changed() {
        Stamp now = stamp();
        boolean changed = !now.equals(seen);
        seen = now;
        return changed;
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
