package io.sallyport.daemon.wiring;

import io.sallyport.core.auth.LocalUser;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.GatewayConfig.Method;
import io.sallyport.daemon.pki.RevocationList;
import io.sallyport.daemon.pki.RevocationsException;
import io.sallyport.daemon.users.UsersException;
import io.sallyport.daemon.users.UsersFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the users' file and the list of revoked certificates said, read at one moment, each by itself: one that cannot
 * be used is as it was before and keeps the other from nothing.
 *
 * @param users by name; none when local users are no method
 * @param listed what {@code cert revoke} has revoked; the configuration's own list comes on top
 * @param lost whether some of that stands in no list any more
 * @param stamps of the files that these were read from
 * @param mistakes one sentence for each file that could not be used
 * @param warnings what was taken otherwise than a file says
 */
record AuthFiles(
        Map<String, LocalUser> users,
        Set<String> listed,
        boolean lost,
        FileStamps stamps,
        List<String> mistakes,
        List<String> warnings) {
    private static final AuthFiles NONE =
            new AuthFiles(Map.of(), Set.of(), false, FileStamps.NONE, List.of(), List.of());
    private static final int TRIES = 3;

    /** @param before what was known until now, null at the start */
    static AuthFiles read(
            GatewayConfig config, @Nullable AuthFiles before, Function<GatewayConfig, FileStamps> stamping)
            throws StartException {
        AuthFiles known = before == null ? NONE : before;
        for (int i = 0; i < TRIES; i++) {
            FileStamps seen = stamping.apply(config);
            AuthFiles read = known.next(config, seen);
            // While somebody is writing a file it may say anything.
            if (seen.equals(stamping.apply(config))) {
                return read;
            }
        }
        throw new StartException("The users' file or the list of revoked certificates is being written"
                + "; try again when that is done.");
    }

    /** Refuses what was not read whole. */
    AuthFiles orRefuse() throws StartException {
        if (!mistakes.isEmpty()) {
            throw new StartException(String.join(" ", mistakes));
        }
        return this;
    }

    /** All that the operator should know. */
    List<String> complaints() {
        return Stream.concat(mistakes.stream(), warnings.stream()).toList();
    }

    private AuthFiles next(GatewayConfig config, FileStamps seen) {
        List<String> wrong = new ArrayList<>();
        Map<String, LocalUser> newUsers = users;
        FileStamps.Stamp usersStamp = stamps.users();
        try {
            newUsers = usersOf(config);
            usersStamp = seen.users();
        } catch (UsersException e) {
            wrong.add(e.getMessage() + ".");
        }
        Revoked revoked = new Revoked(listed, lost, warnings);
        FileStamps.Stamp listStamp = stamps.revoked();
        try {
            revoked = revokedOf(config);
            listStamp = seen.revoked();
        } catch (RevocationsException e) {
            wrong.add(e.getMessage() + ".");
        }
        return new AuthFiles(
                newUsers,
                revoked.listed(),
                revoked.lost(),
                new FileStamps(usersStamp, listStamp),
                List.copyOf(wrong),
                revoked.warnings());
    }

    private static Map<String, LocalUser> usersOf(GatewayConfig config) throws UsersException {
        Path file = config.auth().users();
        boolean wanted = config.auth().methods().contains(Method.LOCAL);
        return wanted && file != null ? new UsersFile(file).read() : Map.of();
    }

    private record Revoked(Set<String> listed, boolean lost, List<String> warnings) {}

    /** A list that vanishes must not let in again whom it kept out; nor whom the users' file keeps out since. */
    private Revoked revokedOf(GatewayConfig config) throws RevocationsException {
        RevocationList revocations = new RevocationList(config.gateway().state());
        if (!listed.isEmpty() && Files.notExists(revocations.file())) {
            return stillRevoked(
                    listed,
                    revocations.file() + " is gone, and the " + listed.size()
                            + " certificates that it named stay revoked; put it back, or make it empty to accept them again.");
        }
        Set<String> read = revocations.read();
        // The next 'cert revoke' begins a new list, which knows nothing of the lost one.
        if (!lost || read.isEmpty() || read.containsAll(listed)) {
            return new Revoked(read, false, List.of());
        }
        Set<String> both = new LinkedHashSet<>(listed);
        both.addAll(read);
        return stillRevoked(
                both,
                revocations.file() + " was gone and is back without some of the " + listed.size()
                        + " certificates that it named, which stay revoked; add them, or make it empty to accept all again.");
    }

    private static Revoked stillRevoked(Set<String> listed, String why) {
        return new Revoked(listed, true, List.of(why));
    }
}
