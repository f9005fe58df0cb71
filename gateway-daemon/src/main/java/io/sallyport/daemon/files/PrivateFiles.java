package io.sallyport.daemon.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes and inspects files that hold secrets: mode 0600 in directories of mode 0700 from their first moment, replaced atomically. */
public final class PrivateFiles {
    private static final Set<PosixFilePermission> OTHERS = PosixFilePermissions.fromString("----wxrwx");

    private PrivateFiles() {}

    /** Makes the directory and its missing parents; what exists keeps its mode. */
    public static void createDirectories(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        FileAttribute<?> mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            createDirectories(parent);
        }
        Files.createDirectory(directory, mode);
        adopt(directory, parent);
    }

    /**
     * Gives what was just made the owner and group of another: what root makes in a directory of the gateway's own user has to be readable by that user. Only root can give files away, so
     * for others this does nothing.
     */
    public static void adopt(Path made, @Nullable Path like) throws IOException {
        if (like == null || !"root".equals(System.getProperty("user.name"))) {
            return;
        }
        PosixFileAttributes wanted = Files.readAttributes(like, PosixFileAttributes.class);
        // Whoever owns the directory may have put a link in its place meanwhile.
        PosixFileAttributeView view =
                Files.getFileAttributeView(made, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        PosixFileAttributes now = view.readAttributes();
        if (!now.owner().equals(wanted.owner()) || !now.group().equals(wanted.group())) {
            view.setGroup(wanted.group());
            view.setOwner(wanted.owner());
        }
    }

    /** Lets the file's group read it, and go into it where it is a directory. */
    public static void openToGroup(Path file, String group) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        view.setGroup(file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group));
        view.setPermissions(PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-x---" : "rw-r-----"));
    }

    public static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A file of the gateway's own. A reader sees the old octets or the new ones, also after a crash. */
    public static void write(Path file, byte[] octets) throws IOException {
        replace(Draft.of(file, octets));
    }

    /** A file for whoever runs the command, who alone may read it, whoever owns the directory or what was there. */
    public static void handOut(Path file, byte[] octets) throws IOException {
        replace(Draft.ofCaller(file, octets));
    }

    private static void replace(Draft of) throws IOException {
        try (Draft draft = of) {
            draft.takePlace();
        }
    }

    /** Two that go together: both are on the disk before either takes its place, so that a full disk costs neither. */
    public static void writeBoth(Path one, String oneText, Path other, String otherText) throws IOException {
        try (Draft first = Draft.of(one, oneText.getBytes(StandardCharsets.UTF_8));
                Draft second = Draft.of(other, otherText.getBytes(StandardCharsets.UTF_8))) {
            first.takePlace();
            second.takePlace();
        }
    }

    /** Whether anybody but the owner may do more with it than read it as a member of its group. */
    public static boolean openToOthers(Path file) throws IOException {
        return Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains);
    }
}
