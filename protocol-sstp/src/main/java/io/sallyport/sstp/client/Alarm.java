package io.sallyport.sstp.client;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One time of waking; a new one replaces it. On the event loop. */
final class Alarm {
    private final EventLoop loop;
    private final Runnable task;
    private @Nullable ScheduledFuture<?> timer;

    Alarm(EventLoop loop, Runnable task) {
        this.loop = loop;
        this.task = task;
    }

    void set(long nanos) {
        cancel();
        timer = loop.schedule(task, Math.max(0, nanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
