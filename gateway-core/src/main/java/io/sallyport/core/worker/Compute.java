package io.sallyport.core.worker;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where private-key operations, key exchanges and password hashes run, so that packets never wait for them: max(1, cores / 2) threads behind a bounded queue. A full queue
 * refuses, and {@link #busy} says beforehand that new handshakes should be asked for cookies or wait.
 */
public final class Compute implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Compute.class);
    private static final int QUEUE = 4096;
    private static final long CLOSED_CHECK_MILLIS = 100;

    private final ThreadPoolExecutor pool;

    public Compute() {
        this(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    }

    public Compute(int threads) {
        pool = new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE),
                Thread.ofPlatform().daemon().name("compute-", 0).factory());
        pool.prestartAllCoreThreads();
    }

    public boolean busy() {
        return pool.getQueue().size() > QUEUE / 2;
    }

    /** The task runs here, then {@code done} on the worker, also when the task threw (which is logged). False when the queue is full: then neither runs. */
    public boolean submit(Worker worker, Runnable task, Runnable done) {
        try {
            pool.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException | Error bug) {
                    log.error("a computation failed", bug);
                } finally {
                    finish(worker, done);
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private static void finish(Worker worker, Runnable done) {
        try {
            worker.execute(done);
        } catch (RejectedExecutionException e) {
            log.debug("{} has ended before a computation for it", worker);
        }
    }

    /**
     * Runs here while the caller, a virtual thread, waits; also for a place in the queue.
     *
     * @throws ExecutionException with what the task threw as its cause
     * @throws CancellationException when this is closed meanwhile
     */
    public <T> T call(Callable<T> task) throws InterruptedException, ExecutionException {
        FutureTask<T> future = new FutureTask<>(task);
        while (!pool.getQueue().offer(future, CLOSED_CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
            if (pool.isShutdown()) {
                throw new CancellationException("closed");
            }
        }
        if (pool.isShutdown() && pool.getQueue().remove(future)) {
            throw new CancellationException("closed");
        }
        return future.get();
    }

    /** Running tasks are interrupted, waiting ones are dropped. */
    @Override
    public void close() {
        for (Runnable waiting : pool.shutdownNow()) {
            if (waiting instanceof FutureTask<?> call) {
                call.cancel(false);
            }
        }
    }
}
