package io.sallyport.core.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ComputeTest {
    private final Workers workers = Workers.start(1);
    private final Worker worker = workers.get(0);
    private final Compute compute = new Compute(1);
    private final CountDownLatch held = new CountDownLatch(1);

    @AfterEach
    void stop() {
        held.countDown();
        compute.close();
        workers.close();
    }

    private void hold() {
        CountDownLatch running = new CountDownLatch(1);
        assertThat(compute.submit(
                        worker,
                        () -> {
                            running.countDown();
                            awaitQuietly(held);
                        },
                        () -> {}))
                .isTrue();
        awaitQuietly(running);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void taskRunsElsewhereAndDoneRunsOnTheWorker() throws Exception {
        CompletableFuture<String> computedOn = new CompletableFuture<>();
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        compute.submit(
                worker,
                () -> computedOn.complete(Thread.currentThread().getName()),
                () -> done.complete(worker.inWorker()));
        assertThat(done.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(computedOn.get(10, TimeUnit.SECONDS)).startsWith("compute-");
    }

    @Test
    void doneRunsEvenWhenTheTaskThrew() throws Exception {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        compute.submit(
                worker,
                () -> {
                    throw new IllegalStateException("a bug, thrown by the test");
                },
                () -> done.complete(true));
        assertThat(done.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void fullQueueRefusesAndSaysBeforehandThatItIsBusy() {
        hold();
        AtomicInteger ran = new AtomicInteger();
        assertThat(compute.busy()).isFalse();
        int taken = 0;
        while (taken < 10_000 && compute.submit(worker, ran::incrementAndGet, () -> {})) {
            taken++;
        }
        assertThat(taken).isBetween(1, 9_999);
        assertThat(compute.busy()).isTrue();
        int expected = taken;
        held.countDown();
        await().until(() -> ran.get() == expected);
    }

    @Test
    void callerWaitsForTheResultOrGetsTheCause() throws Exception {
        assertThat(compute.call(() -> 42)).isEqualTo(42);
        assertThatThrownBy(() -> compute.call(() -> {
                    throw new IOException("no");
                }))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void closingFreesTheCallersThatWait() throws Exception {
        hold();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                compute.call(() -> 1);
            } catch (InterruptedException | ExecutionException | CancellationException e) {
                thrown.set(e);
            }
        });
        await().until(() -> caller.getState() == Thread.State.WAITING);
        compute.close();
        assertThat(caller.join(java.time.Duration.ofSeconds(10))).isTrue();
        assertThat(thrown.get()).isInstanceOf(CancellationException.class);
    }
}
