package io.sallyport.sstp.ppp;

/** When to ask a silent peer whether it lives (RFC 1661 §5.8), and when to believe that it does not. */
final class Echoes {
    private final long everyNanos;
    private final int most;
    private final Alarm alarm = new Alarm();
    private long heardAt;
    private int unanswered;
    private boolean stopped;

    /** @param everyNanos 0 for never */
    Echoes(long everyNanos, int most) {
        this.everyNanos = everyNanos;
        this.most = most;
    }

    Alarm alarm() {
        return alarm;
    }

    void heard(long now) {
        heardAt = now;
        unanswered = 0;
        if (!stopped && !alarm.isSet() && everyNanos > 0) {
            alarm.set(now + everyNanos);
        }
    }

    /** Whether it is time to look; if so, the next time is set. */
    boolean rings(long now) {
        if (!alarm.rings(now)) {
            return false;
        }
        alarm.set(isSilent(now) ? now + everyNanos : heardAt + everyNanos);
        return true;
    }

    boolean isSilent(long now) {
        return now - heardAt >= everyNanos;
    }

    boolean isTooMany() {
        return unanswered >= most;
    }

    void sent() {
        unanswered++;
    }

    void stop() {
        stopped = true;
        alarm.clear();
    }
}
