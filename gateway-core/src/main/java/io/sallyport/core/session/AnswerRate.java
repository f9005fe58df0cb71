package io.sallyport.core.session;

import java.util.concurrent.TimeUnit;

/** Bounds what one client may ask the gateway itself, answered or not: ten questions at once, and ten a second. On the session's worker. */
public final class AnswerRate {
    static final int AT_ONCE = 10;
    private static final long EACH_NANOS = TimeUnit.SECONDS.toNanos(1) / AT_ONCE;

    /** When all that was looked at is paid for. */
    private long paidNanos;

    AnswerRate(long nowNanos) {
        paidNanos = nowNanos;
    }

    /** Whether no more may be looked at now. */
    public boolean areSpent(long nowNanos) {
        return paidNanos - nowNanos > (AT_ONCE - 1) * EACH_NANOS;
    }

    /** One more is looked at. */
    public void count(long nowNanos) {
        paidNanos = (paidNanos - nowNanos > 0 ? paidNanos : nowNanos) + EACH_NANOS;
    }
}
