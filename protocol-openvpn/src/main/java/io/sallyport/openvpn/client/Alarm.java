package io.sallyport.openvpn.client;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.sallyport.openvpn.control.Deadline;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One time of waking that is set anew very often: a timer is only made when the new time is earlier than the one that runs. */
final class Alarm {
    private final EventLoop loop;
    private final Runnable task;
    private @Nullable ScheduledFuture<?> timer;
    private long timerAt = Deadline.NEVER;
    private long wantedAt = Deadline.NEVER;

    Alarm(EventLoop loop, Runnable task) {
        this.loop = loop;
        this.task = task;
    }

    void set(long nanos) {
        wantedAt = nanos;
        if (nanos != Deadline.NEVER && (timerAt == Deadline.NEVER || nanos - timerAt < 0)) {
            cancelTimer();
            timerAt = nanos;
            timer = loop.schedule(this::fire, Math.max(0, nanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    void cancel() {
        wantedAt = Deadline.NEVER;
        cancelTimer();
    }

    private void fire() {
        timer = null;
        timerAt = Deadline.NEVER;
        long wanted = wantedAt;
        if (wanted == Deadline.NEVER) {
            return;
        }
        if (Deadline.passed(wanted, System.nanoTime())) {
            wantedAt = Deadline.NEVER;
            task.run();
        } else {
            set(wanted);
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
            timerAt = Deadline.NEVER;
        }
    }
}
