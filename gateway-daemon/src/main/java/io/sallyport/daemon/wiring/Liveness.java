package io.sallyport.daemon.wiring;

import io.sallyport.core.worker.Worker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Whether every worker's event loop still runs what it is given. Any thread but a worker's, several at once. */
final class Liveness {
    private final List<? extends Executor> workers;

    /** At most one question waits in each worker's queue, however often a stuck one is asked. */
    private final AtomicReferenceArray<@Nullable CompletableFuture<Void>> asked;

    Liveness(List<? extends Executor> workers) {
        this.workers = List.copyOf(workers);
        this.asked = new AtomicReferenceArray<>(workers.size());
    }

    static Liveness of(List<Worker> workers) {
        return new Liveness(workers);
    }

    /** Whether all answered within the limit. */
    boolean answers(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        List<CompletableFuture<Void>> questions =
                IntStream.range(0, workers.size()).mapToObj(this::ask).toList();
        try {
            for (CompletableFuture<Void> question : questions) {
                question.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            }
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private CompletableFuture<Void> ask(int number) {
        CompletableFuture<Void> before = asked.get(number);
        if (before != null && !before.isDone()) {
            return before;
        }
        CompletableFuture<Void> question = new CompletableFuture<>();
        if (!asked.compareAndSet(number, before, question)) {
            // somebody else has just asked
            CompletableFuture<Void> theirs = asked.get(number);
            return theirs == null ? question : theirs;
        }
        try {
            workers.get(number).execute(() -> question.complete(null));
        } catch (RejectedExecutionException e) {
            question.completeExceptionally(e);
        }
        return question;
    }
}
