package io.sallyport.daemon.wiring;

import java.time.Duration;

/**
 * When clients are told that the gateway stops. As late as possible: a client that knows no other gateway comes back to this one at once, finds nobody, and has no tunnel until the
 * gateway runs again; whoever watches the gateway's health has the time before to send others elsewhere. But not all in one second: at most {@value #TOLD_PER_SECOND} a second, or as
 * many as it takes to be through with all when the time is over.
 */
final class Drain {
    static final int TOLD_PER_SECOND = 50;

    private static final double SECOND = 1e9;

    private final long endNanos;
    private final double perNano;

    /** @param sessions that there are at the start; none comes in from then on */
    Drain(int sessions, Duration time, long nowNanos) {
        long nanos = time.toNanos();
        this.endNanos = nowNanos + nanos;
        this.perNano = Math.max(TOLD_PER_SECOND / SECOND, nanos == 0 ? 0 : (double) sessions / nanos);
    }

    /** How many sessions need not be told yet. */
    int mayStay(long nowNanos) {
        return isOver(nowNanos) ? 0 : (int) Math.ceil((endNanos - nowNanos) * perNano);
    }

    boolean isOver(long nowNanos) {
        return endNanos - nowNanos <= 0;
    }
}
