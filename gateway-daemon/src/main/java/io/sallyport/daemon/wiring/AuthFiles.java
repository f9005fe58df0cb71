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
 * @param stamps of the files that these were read from
 * @param mistakes one sentence for each file that could not be used
 * @param warnings what was taken otherwise than a file says
 */
record AuthFiles(
        Map<String, LocalUser> users,
        Set<String> listed,
        FileStamps stamps,
        List<String> mistakes,
        List<String> warnings) {
    private static final AuthFiles NONE = new AuthFiles(Map.of(), Set.of(), FileStamps.NONE, List.of(), List.of());
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
        List<String> doubtful = new ArrayList<>();
        Map<String, LocalUser> newUsers = users;
        FileStamps.Stamp usersStamp = stamps.users();
        try {
            newUsers = usersOf(config);
            usersStamp = seen.users();
        } catch (UsersException e) {
            wrong.add(e.getMessage() + ".");
        }
        Set<String> newListed = listed;
        FileStamps.Stamp listStamp = stamps.revoked();
        try {
            newListed = listedOf(config, doubtful);
            listStamp = seen.revoked();
        } catch (RevocationsException e) {
            wrong.add(e.getMessage() + ".");
            doubtful.addAll(warnings);
        }
        return new AuthFiles(
                newUsers, newListed, new FileStamps(usersStamp, listStamp), List.copyOf(wrong), List.copyOf(doubtful));
    }

    private static Map<String, LocalUser> usersOf(GatewayConfig config) throws UsersException {
        Path file = config.auth().users();
        boolean wanted = config.auth().methods().contains(Method.LOCAL);
        return wanted && file != null ? new UsersFile(file).read() : Map.of();
    }

    /** A list that vanishes must not let in again whom it kept out; nor whom the users' file keeps out since. */
    private Set<String> listedOf(GatewayConfig config, List<String> doubtful) throws RevocationsException {
        RevocationList revocations = new RevocationList(config.gateway().state());
        if (!listed.isEmpty() && Files.notExists(revocations.file())) {
            doubtful.add(revocations.file() + " is gone, and the " + listed.size()
                    + " certificates that it named stay revoked; put it back, or make it empty to accept them again.");
            return listed;
        }
        Set<String> read = revocations.read();
        // The next 'cert revoke' begins a new list, which knows nothing of the lost one.
        if (warnings.isEmpty() || read.isEmpty() || read.containsAll(listed)) {
            return read;
        }
        Set<String> both = new LinkedHashSet<>(listed);
        both.addAll(read);
        doubtful.add(revocations.file() + " was gone and is back without some of the " + listed.size()
                + " certificates that it named, which stay revoked; add them, or make it empty to accept all again.");
        return both;
    }
}
