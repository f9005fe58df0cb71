package io.sallyport.sstp.ppp;

import java.util.List;

/** A time at which something is to be done, of a monotonic clock that may be negative and may wrap. */
final class Alarm {
    private boolean set;
    private long at;

    void set(long nanos) {
        set = true;
        at = nanos;
    }

    void clear() {
        set = false;
    }

    boolean isSet() {
        return set;
    }

    /** The time, while it is set. */
    long at() {
        return at;
    }

    /** Whether its time has come; then it is set no more. */
    boolean rings(long nowNanos) {
        boolean due = set && nowNanos - at >= 0;
        set &= !due;
        return due;
    }

    /** The first to ring, or a clear one when none is set. */
    static Alarm earliest(List<Alarm> alarms) {
        Alarm earliest = new Alarm();
        for (Alarm alarm : alarms) {
            if (alarm.set && (!earliest.set || alarm.at - earliest.at < 0)) {
                earliest = alarm;
            }
        }
        return earliest;
    }
}
