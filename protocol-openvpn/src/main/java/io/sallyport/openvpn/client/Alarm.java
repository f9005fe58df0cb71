package io.sallyport.openvpn.client;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One time of waking that is set anew very often: a timer is only made when the new time is earlier than the one that runs. */
final class Alarm {
    private static final long NEVER = Long.MAX_VALUE;

    private final EventLoop loop;
    private final Runnable task;
    private @Nullable ScheduledFuture<?> timer;
    private long timerAt = NEVER;
    private long wantedAt = NEVER;

    Alarm(EventLoop loop, Runnable task) {
        this.loop = loop;
        this.task = task;
    }

    void set(long nanos) {
        wantedAt = nanos;
        if (nanos != NEVER && nanos < timerAt) {
            cancelTimer();
            timerAt = nanos;
            timer = loop.schedule(this::fire, Math.max(0, nanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    void cancel() {
        wantedAt = NEVER;
        cancelTimer();
    }

    private void fire() {
        timer = null;
        timerAt = NEVER;
        long wanted = wantedAt;
        if (wanted == NEVER) {
            return;
        }
        if (System.nanoTime() >= wanted) {
            wantedAt = NEVER;
            task.run();
        } else {
            set(wanted);
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
            timerAt = NEVER;
        }
    }
}
