package io.sallyport.daemon.pki;

import io.sallyport.core.auth.Thumbprint;
import io.sallyport.daemon.files.LockFile;
import io.sallyport.daemon.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * {@code revoked.txt} in the state directory: what {@code cert revoke} has refused, one thumbprint a line. It adds to {@code auth.certificate.revoked}, which is the
 * operator's own; the gateway reads both.
 */
public final class RevocationList {
    private static final String HEAD = "# Written by 'sallyport cert revoke'; one thumbprint a line.\n";

    private final Path state;
    private final Path file;

    public RevocationList(Path state) {
        this.state = state;
        this.file = state.resolve("revoked.txt");
    }

    public Path file() {
        return file;
    }

    /** Normalized thumbprints; lines that are none are skipped. */
    public Set<String> read() throws IOException {
        Set<String> revoked = new LinkedHashSet<>();
        try {
            for (String line : Files.readAllLines(file)) {
                String thumbprint = line.startsWith("#") ? null : Thumbprint.normalized(line.strip());
                if (thumbprint != null) {
                    revoked.add(thumbprint);
                }
            }
        } catch (NoSuchFileException e) {
            // nothing revoked yet
        }
        return revoked;
    }

    /** False when it was there already. */
    public boolean add(String thumbprint) throws IOException {
        PrivateFiles.createDirectories(state);
        try (LockFile _ = LockFile.lock(file.resolveSibling("revoked.txt.lock"))) {
            Set<String> revoked = read();
            if (!revoked.add(thumbprint)) {
                return false;
            }
            PrivateFiles.write(file, HEAD + String.join("\n", revoked) + "\n");
            return true;
        }
    }
}
