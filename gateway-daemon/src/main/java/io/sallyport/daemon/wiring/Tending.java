package io.sallyport.daemon.wiring;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then after what nobody else would notice: a disk that has room again, a state directory that is gone, a
 * device that was set down.
 */
final class Tending implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Tending.class);
    private static final long SECONDS = 5;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tending").factory());

    private Tending() {}

    /** @param tasks in this order; they may wait for the disk */
    static Tending start(Runnable... tasks) {
        Tending tending = new Tending();
        for (Runnable task : List.of(tasks)) {
            var _ = tending.thread.scheduleWithFixedDelay(() -> tend(task), SECONDS, SECONDS, TimeUnit.SECONDS);
        }
        return tending;
    }

    /** A task that throws would not be run again. */
    private static void tend(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error bug) {
            log.error("what is looked after now and then was not", bug);
        }
    }

    /** When it returns nothing of it runs any more. */
    @Override
    public void close() {
        thread.close();
    }
}
