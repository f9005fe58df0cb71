package io.sallyport.core.session;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many sessions there may be at once, and for how long.
 *
 * @param total in all, but for protocols that have a limit of their own
 * @param ofProtocol limits of their own, by the protocol's name as in {@code ClientContext}
 * @param perUser of one user, {@link #UNLIMITED} for as many as there are
 * @param replace whether a session over its user's limit takes the place of that user's oldest; else it is refused
 * @param sessionTimeout of sessions whose grant names none; null for none
 * @param idleTimeout likewise
 */
public record SessionLimits(
        int total,
        Map<String, Integer> ofProtocol,
        int perUser,
        boolean replace,
        @Nullable Duration sessionTimeout,
        @Nullable Duration idleTimeout) {
    public static final int UNLIMITED = Integer.MAX_VALUE;
    public static final SessionLimits NONE = new SessionLimits(UNLIMITED, UNLIMITED);

    public SessionLimits {
        ofProtocol = Map.copyOf(ofProtocol);
        if (total < 0 || perUser < 1 || ofProtocol.values().stream().anyMatch(limit -> limit < 0)) {
            throw new IllegalArgumentException("a session limit is never negative, and a user's at least 1");
        }
    }

    /** Where a user's newest session replaces its oldest, and nothing ends by time. */
    public SessionLimits(int total, int perUser) {
        this(total, Map.of(), perUser, true, null, null);
    }

    boolean hasOwn(String protocol) {
        return ofProtocol.containsKey(protocol);
    }

    /** Of this protocol, or of all that have no limit of their own. */
    int of(String protocol) {
        return ofProtocol.getOrDefault(protocol, total);
    }
}
