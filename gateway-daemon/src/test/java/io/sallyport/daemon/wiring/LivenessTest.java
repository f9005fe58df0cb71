package io.sallyport.daemon.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.worker.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LivenessTest {
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(1);

    @Test
    void oneStuckWorkerIsSeenAndSoIsItsReturn() throws Exception {
        try (Workers workers = Workers.start(2)) {
            Liveness liveness = Liveness.of(workers.all());
            assertThat(liveness.answers(PATIENT)).isTrue();
            CountDownLatch stuck = new CountDownLatch(1);
            CountDownLatch free = new CountDownLatch(1);
            workers.get(1).execute(() -> {
                stuck.countDown();
                awaitQuietly(free);
            });
            stuck.await();
            assertThat(liveness.answers(SHORT)).isFalse();
            free.countDown();
            assertThat(liveness.answers(PATIENT)).isTrue();
        }
    }

    @Test
    void aStuckWorkersQueueDoesNotGrowWithTheQuestions() {
        List<Runnable> queue = new ArrayList<>();
        Liveness liveness = new Liveness(List.of(queue::add));
        for (int i = 0; i < 100; i++) {
            assertThat(liveness.answers(SHORT)).isFalse();
        }
        assertThat(queue).hasSize(1);
    }

    @Test
    void endedWorkersDoNotAnswer() {
        Workers workers = Workers.start(1);
        Liveness liveness = Liveness.of(workers.all());
        workers.close();
        assertThat(liveness.answers(PATIENT)).isFalse();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
