package io.sallyport.openvpn.control;

/**
 * Times of a monotonic clock, which may start anywhere, be negative and wrap: they are compared by their difference only. {@link #NEVER} is no time of
 * the clock and stands apart.
 */
public final class Deadline {
    public static final long NEVER = Long.MAX_VALUE;

    private Deadline() {}

    /** The time so long after {@code now}. */
    public static long after(long now, long nanos) {
        long at = now + nanos;
        return at == NEVER ? at + 1 : at;
    }

    public static boolean passed(long deadline, long now) {
        return deadline != NEVER && deadline - now <= 0;
    }

    public static long earlier(long one, long other) {
        if (one == NEVER || other == NEVER) {
            return one == NEVER ? other : one;
        }
        return one - other < 0 ? one : other;
    }
}
