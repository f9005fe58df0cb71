package io.sallyport.core.worker;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
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
    }

    public boolean busy() {
        return pool.getQueue().size() > QUEUE / 2;
    }

    /** The task runs here, then {@code done} on the worker. False when the queue is full: then neither runs. */
    public boolean submit(Worker worker, Runnable task, Runnable done) {
        try {
            pool.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    log.error("a computation failed", e);
                } finally {
                    worker.execute(done);
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Runs here while the caller, a virtual thread, waits. */
    public <T> T call(Callable<T> task) throws InterruptedException {
        try {
            return pool.submit(task).get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
