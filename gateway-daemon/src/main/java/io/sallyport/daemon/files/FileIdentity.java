package io.sallyport.daemon.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/** Which file stood at a path: whether it still does, or was removed or replaced, can be asked later. */
public record FileIdentity(Path path, Object key) {
    public static FileIdentity of(Path path) throws IOException {
        return new FileIdentity(path, key(path));
    }

    public boolean isThere() {
        try {
            return key.equals(key(path));
        } catch (IOException e) {
            return false;
        }
    }

    private static Object key(Path path) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return Objects.requireNonNull(attributes.fileKey(), "not a POSIX file system");
    }
}
