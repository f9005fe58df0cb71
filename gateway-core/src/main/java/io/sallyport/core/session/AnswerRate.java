package io.sallyport.core.session;

import java.util.concurrent.TimeUnit;

/** Bounds what one client makes the gateway say: so many answers at once, and as many a second. On the session's worker. */
public final class AnswerRate {
    private final long eachNanos;
    private final long mostAheadNanos;

    /** When all that was counted is paid for. */
    private long paidNanos;

    /** @param aSecond also at once */
    public AnswerRate(int aSecond, long nowNanos) {
        eachNanos = TimeUnit.SECONDS.toNanos(1) / aSecond;
        mostAheadNanos = (aSecond - 1) * eachNanos;
        paidNanos = nowNanos;
    }

    /** Whether no more may be said now. */
    public boolean areSpent(long nowNanos) {
        return paidNanos - nowNanos > mostAheadNanos;
    }

    /** One more is said. */
    public void count(long nowNanos) {
        paidNanos = (paidNanos - nowNanos > 0 ? paidNanos : nowNanos) + eachNanos;
    }

    /** One more is said, unless it is too many now. */
    public boolean take(long nowNanos) {
        if (areSpent(nowNanos)) {
            return false;
        }
        count(nowNanos);
        return true;
    }
}
