package io.sallyport.core.session;

/**
 * How many sessions there may be at once.
 *
 * @param total in all
 * @param perUser of one user, {@link #UNLIMITED} for as many as there are
 */
public record SessionLimits(int total, int perUser) {
    public static final int UNLIMITED = Integer.MAX_VALUE;
    public static final SessionLimits NONE = new SessionLimits(UNLIMITED, UNLIMITED);

    public SessionLimits {
        if (total < 1 || perUser < 1) {
            throw new IllegalArgumentException("a session limit must be at least 1");
        }
    }
}
