package io.sallyport.sstp.server;

import java.util.concurrent.TimeUnit;

/**
 * Bounds the control packets that one client is answered once it is known who it is: fifty at once, and fifty a second. Negotiating everything anew takes twenty or so; what is beyond is as good as
 * lost, and a client that means it repeats it.
 */
final class ControlRate {
    static final int AT_ONCE = 50;
    private static final long EACH_NANOS = TimeUnit.SECONDS.toNanos(1) / AT_ONCE;

    /** When all that was taken is paid for. */
    private long paidNanos;

    ControlRate(long nowNanos) {
        paidNanos = nowNanos;
    }

    /** False when one more is too many now. */
    boolean take(long nowNanos) {
        long ahead = Math.max(paidNanos - nowNanos, 0);
        if (ahead > (AT_ONCE - 1) * EACH_NANOS) {
            return false;
        }
        paidNanos = nowNanos + ahead + EACH_NANOS;
        return true;
    }
}
