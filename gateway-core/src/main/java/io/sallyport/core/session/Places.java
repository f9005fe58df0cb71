package io.sallyport.core.session;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts sessions that are or are about to be, so that two that come at once do not both get the last place. From any thread. */
final class Places {
    private final Map<String, Integer> byUser = new HashMap<>();
    private int taken;
    private boolean ended;

    /** Takes a place, or says why there is none. */
    synchronized @Nullable Full take(String user, SessionLimits limits) {
        if (ended) {
            return new Full("the gateway is stopping", "the gateway is stopping", false);
        }
        if (taken >= limits.total()) {
            return new Full(
                    "the gateway is full, try again later", "all " + limits.total() + " sessions are in use", false);
        }
        int ofUser = byUser.getOrDefault(user, 0);
        if (ofUser >= limits.perUser()) {
            return new Full(
                    "too many sessions of this user", "user " + user + " has " + ofUser + " sessions, the limit", true);
        }
        taken++;
        byUser.put(user, ofUser + 1);
        return null;
    }

    /**
     * Why there is no place.
     *
     * @param ofUser whether another session of this user takes it
     */
    record Full(String clientText, String detail, boolean ofUser) {}

    synchronized void leave(String user) {
        taken--;
        byUser.computeIfPresent(user, (u, count) -> count == 1 ? null : count - 1);
    }

    /** Nobody gets a place any more. */
    synchronized void end() {
        ended = true;
    }

    synchronized int taken() {
        return taken;
    }
}
