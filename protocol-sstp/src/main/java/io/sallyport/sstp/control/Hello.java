package io.sallyport.sstp.control;

/** The Hello timer, MS-SSTP §3.1.2.3. Reset by every packet, so that costs one store, and the clock is looked at when it wakes. */
final class Hello {
    /** An answer takes no longer, unless the peer is gone or the path is full. */
    private static final long ANSWER_NANOS = 10_000_000_000L;

    /** What is to be done now. */
    enum Due {
        NOTHING,
        ECHO_REQUEST,
        END
    }

    private final long intervalNanos;
    private long heardAt;
    private boolean asked;
    private long askedAt;

    Hello(long intervalNanos, long nowNanos) {
        this.intervalNanos = intervalNanos;
        this.heardAt = nowNanos;
    }

    void heard(long nowNanos) {
        heardAt = nowNanos;
        asked = false;
    }

    Due wake(long nowNanos) {
        if (nowNanos - wakesAt() < 0) {
            return Due.NOTHING;
        }
        if (asked) {
            return Due.END;
        }
        asked = true;
        askedAt = nowNanos;
        return Due.ECHO_REQUEST;
    }

    long wakesAt() {
        return (asked ? askedAt : heardAt) + intervalNanos;
    }

    boolean isSilent(long nowNanos) {
        return asked && nowNanos - askedAt > ANSWER_NANOS;
    }
}
