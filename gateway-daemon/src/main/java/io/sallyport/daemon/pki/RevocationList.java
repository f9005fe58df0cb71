package io.sallyport.daemon.pki;

import io.sallyport.core.auth.Thumbprint;
import io.sallyport.daemon.files.LockFile;
import io.sallyport.daemon.files.PrivateFiles;
import io.sallyport.daemon.files.Reason;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * {@code revoked.txt} in the state directory: what {@code cert revoke} has refused, one thumbprint a line; blank
 * lines and what follows a {@code #} count for nothing. It adds to {@code auth.certificate.revoked}, which is the
 * operator's own; the gateway reads both.
 */
public final class RevocationList {
    private static final String HEAD =
            "# Written by 'sallyport cert revoke'; one thumbprint a line, remarks behind a '#'.\n";

    private final Path state;
    private final Path file;

    public RevocationList(Path state) {
        this.state = state;
        this.file = state.resolve("revoked.txt");
    }

    public Path file() {
        return file;
    }

    /** Normalized thumbprints. A line that is neither one nor a remark is a mistake: it was to keep somebody out. */
    public Set<String> read() throws RevocationsException {
        return thumbprints(text());
    }

    /** False when it was there already. What the operator wrote stays as it is. */
    public boolean add(String thumbprint) throws IOException, RevocationsException {
        PrivateFiles.createDirectories(state);
        try (LockFile _ = LockFile.lock(file.resolveSibling("revoked.txt.lock"))) {
            String text = text();
            if (thumbprints(text).contains(thumbprint)) {
                return false;
            }
            String before = text.isEmpty() ? HEAD : text;
            PrivateFiles.write(file, before + (before.endsWith("\n") ? "" : "\n") + thumbprint + "\n");
            return true;
        }
    }

    private String text() throws RevocationsException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return ""; // nothing revoked yet
        } catch (CharacterCodingException e) {
            throw new RevocationsException(file + " is not UTF-8 text; save it as UTF-8 or put back a copy");
        } catch (IOException e) {
            throw new RevocationsException(
                    file + " cannot be read (" + Reason.of(e) + "); the gateway's user must be able to read it");
        }
    }

    private Set<String> thumbprints(String text) throws RevocationsException {
        Set<String> revoked = new LinkedHashSet<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String written = line.split("#", 2)[0].strip();
            if (written.isEmpty()) {
                continue;
            }
            String thumbprint = Thumbprint.normalized(written);
            if (thumbprint == null) {
                throw new RevocationsException(
                        file + ":" + number
                                + ": this is not a thumbprint; write its 40 or 64 hexadecimal digits, and anything else behind a '#'");
            }
            revoked.add(thumbprint);
        }
        return revoked;
    }
}
