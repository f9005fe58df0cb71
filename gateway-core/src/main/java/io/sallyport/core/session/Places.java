package io.sallyport.core.session;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts sessions that are or are about to be, so that two that come at once do not both get the last place. From any thread. */
final class Places {
    private final Map<String, Integer> byUser = new HashMap<>();
    private final Map<String, Integer> byProtocol = new HashMap<>();
    private boolean ended;

    /** Takes a place, or says why there is none. */
    synchronized @Nullable Full take(String user, String protocol, SessionLimits limits) {
        if (ended) {
            return new Full("the gateway is stopping", "the gateway is stopping", false);
        }
        int most = limits.of(protocol);
        if (countedWith(protocol, limits) >= most) {
            String whose = limits.hasOwn(protocol) ? protocol + " sessions" : "sessions";
            return new Full("the gateway is full, try again later", "all " + most + " " + whose + " are in use", false);
        }
        int ofUser = byUser.getOrDefault(user, 0);
        if (ofUser >= limits.perUser()) {
            return new Full(
                    "too many sessions of this user", "user " + user + " has " + ofUser + " sessions, the limit", true);
        }
        byProtocol.merge(protocol, 1, Integer::sum);
        byUser.put(user, ofUser + 1);
        return null;
    }

    /** Sessions that share this protocol's limit. */
    private int countedWith(String protocol, SessionLimits limits) {
        return limits.hasOwn(protocol)
                ? byProtocol.getOrDefault(protocol, 0)
                : byProtocol.entrySet().stream()
                        .filter(each -> !limits.hasOwn(each.getKey()))
                        .mapToInt(Map.Entry::getValue)
                        .sum();
    }

    /**
     * Why there is no place.
     *
     * @param ofUser whether another session of this user takes it
     */
    record Full(String clientText, String detail, boolean ofUser) {}

    synchronized void leave(String user, String protocol) {
        one(byProtocol, protocol);
        one(byUser, user);
    }

    private static void one(Map<String, Integer> counts, String key) {
        counts.computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1);
    }

    /** Nobody gets a place any more. */
    synchronized void end() {
        ended = true;
    }

    synchronized int taken() {
        return byProtocol.values().stream().mapToInt(Integer::intValue).sum();
    }
}
