package io.sallyport.core.session;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many sessions there may be at once, and for how long.
 *
 * @param total in all
 * @param perUser of one user, {@link #UNLIMITED} for as many as there are
 * @param replace whether a session over its user's limit takes the place of that user's oldest; else it is refused
 * @param sessionTimeout of sessions whose grant names none; null for none
 * @param idleTimeout likewise
 */
public record SessionLimits(
        int total,
        int perUser,
        boolean replace,
        @Nullable Duration sessionTimeout,
        @Nullable Duration idleTimeout) {
    public static final int UNLIMITED = Integer.MAX_VALUE;
    public static final SessionLimits NONE = new SessionLimits(UNLIMITED, UNLIMITED);

    public SessionLimits {
        if (total < 1 || perUser < 1) {
            throw new IllegalArgumentException("a session limit must be at least 1");
        }
    }

    /** Where a user's newest session replaces its oldest, and nothing ends by time. */
    public SessionLimits(int total, int perUser) {
        this(total, perUser, true, null, null);
    }
}
