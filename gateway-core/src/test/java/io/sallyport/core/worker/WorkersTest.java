package io.sallyport.core.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WorkersTest {
    private static <T> T on(Worker worker, java.util.function.Supplier<T> task) throws Exception {
        return CompletableFuture.supplyAsync(task, worker).get(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, Workers.MAX + 1})
    void refusesCountThatNoWireNameCanHold(int count) {
        assertThatThrownBy(() -> Workers.start(count)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyWorkerHasItsNumberAndAThreadOfItsOwn() throws Exception {
        try (Workers workers = Workers.start(3)) {
            assertThat(workers.all()).extracting(Worker::number).containsExactly(0, 1, 2);
            assertThat(workers.all()).extracting(Worker::eventLoop).doesNotHaveDuplicates();
            for (Worker worker : workers.all()) {
                assertThat(on(worker, worker::inWorker)).isTrue();
                assertThat(worker.inWorker()).isFalse();
            }
        }
    }

    @Test
    void timerRunsOnItsWorkerUnlessCancelled() throws Exception {
        try (Workers workers = Workers.start(1)) {
            Worker worker = workers.get(0);
            AtomicInteger cancelled = new AtomicInteger();
            CompletableFuture<Boolean> ran = new CompletableFuture<>();
            on(worker, () -> {
                Timer first = worker.schedule(1, cancelled::incrementAndGet);
                worker.schedule(TimeUnit.MILLISECONDS.toNanos(5), () -> ran.complete(worker.inWorker()));
                first.cancel();
                return true;
            });
            assertThat(ran.get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(cancelled).hasValue(0);
        }
    }

    @Test
    void timerThatThrowsIsCounted() {
        try (Workers workers = Workers.start(1)) {
            Worker worker = workers.get(0);
            worker.schedule(0, () -> {
                throw new IllegalStateException("a bug, thrown by the test");
            });
            await().until(() -> worker.verdicts().get(Verdict.INTERNAL_ERROR) == 1);
        }
    }

    @Test
    void endingRunsOnceInReverseOrderEvenIfOneThrows() throws Exception {
        List<String> ended = new CopyOnWriteArrayList<>();
        Workers workers = Workers.start(1);
        Worker worker = workers.get(0);
        worker.execute(() -> {
            worker.whenEnding(() -> ended.add("opened first"));
            worker.whenEnding(() -> {
                throw new IllegalStateException("a bug, thrown by the test");
            });
            worker.whenEnding(() -> ended.add("opened last"));
        });
        workers.close();
        workers.close();
        assertThat(ended).containsExactly("opened last", "opened first");
    }
}
