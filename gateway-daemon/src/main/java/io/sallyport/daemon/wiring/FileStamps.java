package io.sallyport.daemon.wiring;

import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.pki.RevocationList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * Whether the users' file or the list of revoked certificates changed, seen by identity, time and size; a file that is not there is a state like any other. Times are compared for
 * being equal alone, so it does not matter which way a clock was set.
 */
record FileStamps(Stamp users, Stamp revoked) {
    record Stamp(@Nullable Object key, @Nullable FileTime modified, long size) {
        static final Stamp ABSENT = new Stamp(null, null, -1);

        private static Stamp of(Path file) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                return new Stamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
            } catch (IOException e) {
                return ABSENT;
            }
        }
    }

    static final FileStamps NONE = new FileStamps(Stamp.ABSENT, Stamp.ABSENT);

    static FileStamps of(GatewayConfig config) {
        Path users = config.auth().users();
        Path revoked = new RevocationList(config.gateway().state()).file();
        return new FileStamps(users == null ? Stamp.ABSENT : Stamp.of(users), Stamp.of(revoked));
    }
}
