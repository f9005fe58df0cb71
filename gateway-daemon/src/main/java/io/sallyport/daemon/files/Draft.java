package io.sallyport.daemon.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a file is to hold next: on the disk beside it, mode 0600 from its first moment, until it takes its place. Closed
 * without that, it is as if it had never been.
 */
final class Draft implements AutoCloseable {
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-------");

    private final Path file;
    private final Path directory;
    private final Path draft;

    private Draft(Path file, Path directory, Path draft) {
        this.file = file;
        this.directory = directory;
        this.draft = draft;
    }

    /** Of a file of the gateway's own: who could read what was there can go on doing so. */
    static Draft of(Path file, byte[] octets) throws IOException {
        return of(file, octets, true);
    }

    /** Of a file that is its writer's alone, whatever was there. */
    static Draft ofCaller(Path file, byte[] octets) throws IOException {
        return of(file, octets, false);
    }

    private static Draft of(Path file, byte[] octets, boolean forTheGateway) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path directory = absolute.getParent() == null ? absolute : absolute.getParent();
        Path path = Files.createTempFile(directory, ".draft-", "", PosixFilePermissions.asFileAttribute(MODE));
        Draft draft = new Draft(absolute, directory, path);
        try {
            draft.fill(octets);
            if (forTheGateway) {
                draft.giveAccess();
            }
            return draft;
        } catch (IOException | RuntimeException e) {
            draft.close();
            throw e;
        }
    }

    private void fill(byte[] octets) throws IOException {
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer rest = ByteBuffer.wrap(octets);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
    }

    private void giveAccess() throws IOException {
        if (Files.exists(file)) {
            setMode(kept(Files.getPosixFilePermissions(file)));
            PrivateFiles.adopt(draft, file);
        } else {
            PrivateFiles.adopt(draft, directory);
        }
    }

    /** Follows a link, so only where there is something to change. */
    private void setMode(Set<PosixFilePermission> mode) throws IOException {
        if (!mode.equals(MODE)) {
            Files.setPosixFilePermissions(draft, mode);
        }
    }

    private static Set<PosixFilePermission> kept(Set<PosixFilePermission> before) {
        Set<PosixFilePermission> kept = EnumSet.copyOf(MODE);
        if (before.contains(PosixFilePermission.GROUP_READ)) {
            kept.add(PosixFilePermission.GROUP_READ);
        }
        return kept;
    }

    /** On the disk when it returns: without the directory's part, a loss of power could bring back the old file. */
    void takePlace() throws IOException {
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(draft);
    }
}
