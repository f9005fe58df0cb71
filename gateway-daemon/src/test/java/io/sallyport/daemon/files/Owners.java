package io.sallyport.daemon.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipalLookupService;

/** Files of another user, as only root can make them. */
public final class Owners {
    /** There on every Linux, and nobody. */
    private static final String OTHER = "daemon";

    private Owners() {}

    public static boolean canBeChosen() {
        return "root".equals(System.getProperty("user.name"));
    }

    public static void give(Path file) throws IOException {
        UserPrincipalLookupService names = file.getFileSystem().getUserPrincipalLookupService();
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        view.setGroup(names.lookupPrincipalByGroupName(OTHER));
        view.setOwner(names.lookupPrincipalByName(OTHER));
    }

    /** {@code owner:group}. */
    public static String of(Path file) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
        return attributes.owner() + ":" + attributes.group();
    }
}
