package io.sallyport.daemon.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a real datagram socket. */
@Timeout(60)
class ServiceNotifierTest {
    private Path directory;
    private ServiceManager manager;

    @BeforeEach
    void open() throws Exception {
        // short: a Unix socket's path has 107 octets
        directory = Files.createTempDirectory(Path.of("/tmp"), "sd-");
        manager = new ServiceManager(directory.resolve("notify"));
    }

    @AfterEach
    void close() throws Exception {
        manager.close();
        Files.deleteIfExists(manager.socket());
        Files.delete(directory);
    }

    private void await(int messages) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> manager.messages().size() >= messages);
    }

    @Test
    void tellsOfReadinessReloadAndStopInOrder() {
        try (ServiceNotifier notifier =
                ServiceNotifier.of(Map.of("NOTIFY_SOCKET", manager.socket().toString()))) {
            notifier.ready(() -> "ready,\n0 sessions", () -> true);
            notifier.reloading();
            notifier.ready(() -> "ready, 1 sessions", () -> true);
            notifier.stopping("closing sessions", Duration.ofMinutes(2));
            await(4);
        }
        assertThat(manager.messages().get(0)).isEqualTo("READY=1\nSTATUS=ready, 0 sessions");
        assertThat(manager.messages().get(1)).matches("RELOADING=1\nMONOTONIC_USEC=\\d+\nSTATUS=.+");
        assertThat(manager.messages().get(2)).startsWith("READY=1\n");
        assertThat(manager.messages().get(3))
                .isEqualTo("STOPPING=1\nSTATUS=closing sessions\nEXTEND_TIMEOUT_USEC=120000000");
    }

    @Test
    void theWatchdogHearsOnlyOfALivingDaemon() {
        AtomicBoolean alive = new AtomicBoolean(true);
        AtomicInteger questions = new AtomicInteger();
        Map<String, String> environment =
                Map.of("NOTIFY_SOCKET", manager.socket().toString(), "WATCHDOG_USEC", "20000");
        try (ServiceNotifier notifier = ServiceNotifier.of(environment)) {
            notifier.ready(() -> "ready", () -> {
                questions.incrementAndGet();
                return alive.get();
            });
            await(4);
            alive.set(false);
            // the question that was under way may have been answered with yes
            int asked = questions.get();
            Awaitility.await().until(() -> questions.get() > asked + 1);
            int told = manager.messages().size();
            int then = questions.get();
            Awaitility.await().until(() -> questions.get() > then + 5);
            assertThat(manager.messages().size()).isLessThanOrEqualTo(told + 1);
        }
        assertThat(manager.messages().subList(1, 4)).containsOnly("WATCHDOG=1\nSTATUS=ready");
    }

    @Test
    void aStoppingDaemonIsAskedNoMore() throws Exception {
        Map<String, String> environment =
                Map.of("NOTIFY_SOCKET", manager.socket().toString(), "WATCHDOG_USEC", "20000");
        try (ServiceNotifier notifier = ServiceNotifier.of(environment)) {
            CompletableFuture<Thread> asking = new CompletableFuture<>();
            notifier.ready(() -> "ready", () -> {
                asking.complete(Thread.currentThread());
                return true;
            });
            await(3);
            notifier.stopping("draining", Duration.ofSeconds(1));
            assertThat(asking.join().join(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void anotherProcessesWatchdogIsNotFed() {
        Map<String, String> environment =
                Map.of("NOTIFY_SOCKET", manager.socket().toString(), "WATCHDOG_USEC", "1000", "WATCHDOG_PID", "1");
        AtomicInteger questions = new AtomicInteger();
        try (ServiceNotifier notifier = ServiceNotifier.of(environment)) {
            notifier.ready(() -> "ready", () -> questions.incrementAndGet() > 0);
            notifier.stopping("end", Duration.ZERO);
            await(2);
        }
        assertThat(manager.messages()).noneMatch(message -> message.contains("WATCHDOG"));
        assertThat(questions).hasValue(0);
    }

    @Test
    void withoutAServiceManagerNothingIsSaidAndNothingFails() {
        try (ServiceNotifier none = ServiceNotifier.of(Map.of());
                ServiceNotifier gone = ServiceNotifier.of(Map.of("NOTIFY_SOCKET", "@sallyport-nobody-is-here"))) {
            none.ready(() -> "ready", () -> true);
            gone.ready(() -> "ready", () -> true);
        }
        assertThat(manager.messages()).isEmpty();
    }
}
