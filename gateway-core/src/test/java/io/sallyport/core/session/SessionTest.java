package io.sallyport.core.session;

import static io.sallyport.core.support.TestGateway.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.address.Lease;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.support.NoLifecycle;
import io.sallyport.core.support.RecordingLink;
import io.sallyport.core.support.SessionGrants;
import io.sallyport.core.support.TestGateway;
import io.sallyport.core.worker.Worker;
import io.sallyport.core.worker.Workers;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMillis(50);

    private final TestGateway gateway = new TestGateway();
    private final List<CloseReason> told = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void protocolIsToldOfAnEndBeforeItsLink() {
        Session session = gateway.open(0, Grant.of("alice"));
        run(
                session,
                () -> session.whileOpen(reason -> {
                    assertThat(gateway.core.pools().usage().values())
                            .as("the lease is still its own")
                            .allMatch(usage -> usage.inUse() == 1);
                    told.add(reason);
                }));
        gateway.core.sessions().closeAll(CloseReason.ADMINISTRATOR);
        gateway.settle();
        session.close(CloseReason.SHUTDOWN);
        gateway.settle();
        assertThat(told).containsExactly(CloseReason.ADMINISTRATOR);
        assertThat(gateway.core.sessions().isEmpty()).isTrue();
    }

    @Test
    void protocolThatAsksTooLateIsToldAtOnce() {
        Session session = gateway.open(0, Grant.of("alice"));
        session.close(CloseReason.REVOKED);
        run(session, () -> session.whileOpen(told::add));
        assertThat(told).containsExactly(CloseReason.REVOKED);
    }

    @Test
    void linkAloneIsToldOnceItIsUp() {
        RecordingLink link = new RecordingLink();
        Session session = gateway.open(0, Grant.of("alice"));
        run(session, () -> {
            session.whileOpen(told::add);
            session.up(link, "none");
        });
        session.close(CloseReason.ADMINISTRATOR);
        gateway.settle();
        assertThat(link.closed()).containsExactly(CloseReason.ADMINISTRATOR);
        assertThat(told).isEmpty();
    }

    @Test
    void changedSessionTimeoutEndsTheSession() {
        Session session = gateway.up(0, SessionGrants.withTimeouts("alice", HOUR, HOUR), new RecordingLink());
        assertThat(change(session, null, SOON, null)).isTrue();
        await().until(() -> gateway.events.contains("alice closed SESSION_TIMEOUT"));
        assertThat(gateway.events).contains("alice changed");
        assertThat(change(session, null, HOUR, null)).as("closed").isFalse();
    }

    @Test
    void changedIdleTimeoutEndsTheSession() {
        Session session = gateway.up(0, SessionGrants.withTimeouts("alice", HOUR, HOUR), new RecordingLink());
        assertThat(change(session, null, null, SOON)).isTrue();
        await().until(() -> gateway.events.contains("alice closed IDLE_TIMEOUT"));
    }

    @Test
    void timeoutChangedToNoneEndsNothing() {
        // Long enough to be changed before it has passed.
        Duration shortly = Duration.ofSeconds(5);
        Session session = gateway.up(0, SessionGrants.withTimeouts("alice", shortly, shortly), new RecordingLink());
        gateway.up(1, SessionGrants.withTimeouts("bob", Duration.ofMillis(6500), null), new RecordingLink());
        assertThat(change(session, null, Duration.ZERO, Duration.ZERO)).isTrue();
        await().atMost(Duration.ofSeconds(30)).until(() -> gateway.events.contains("bob closed SESSION_TIMEOUT"));
        assertThat(session.state()).isEqualTo(Session.State.UP);
    }

    @Test
    void changeBeforeUpHoldsFromUpOn() {
        Session session = gateway.open(0, SessionGrants.withTimeouts("alice", HOUR, null));
        change(session, null, SOON, null);
        run(session, () -> session.up(new RecordingLink(), "none"));
        await().until(() -> gateway.events.contains("alice closed SESSION_TIMEOUT"));
    }

    @Test
    void limitsChangeAndTheGrantStays() {
        Grant.Limits slow = new Grant.Limits(1000, 2000);
        Session session = gateway.open(0, Grant.of("alice"));
        assertThat(session.limits()).isEqualTo(Grant.Limits.NONE);
        change(session, slow, null, null);
        assertThat(session.limits()).isEqualTo(slow);
        change(session, null, HOUR, HOUR);
        assertThat(session.limits()).isEqualTo(slow);
        assertThat(session.grant().limits()).isEqualTo(Grant.Limits.NONE);
    }

    /** RFC 7296 §2.23 and MOBIKE: both ends of the path may change. */
    @Test
    void bothEndsOfThePathMove() {
        Session session = gateway.open(0, Grant.of("alice"));
        assertThat(session.localAddress()).isEqualTo(session.client().localAddress());
        InetSocketAddress outer = new InetSocketAddress("192.0.2.8", 4500);
        InetSocketAddress local = new InetSocketAddress("198.51.100.1", 4500);
        run(session, () -> session.moved(outer, local));
        assertThat(session.outerAddress()).isEqualTo(outer);
        assertThat(session.localAddress()).isEqualTo(local);
    }

    /** Whatever the wall clock does meanwhile: the order of sessions and how long they lasted rest on the steady one. */
    @Test
    void ageIsCountedByTheWorkersSteadyClock() {
        Worker worker = gateway.workers.get(0);
        long before = worker.nanoTime();
        Session session = gateway.open(0, Grant.of("alice"));
        long opened = worker.nanoTime();
        Duration age = session.age();
        assertThat(age).isLessThanOrEqualTo(Duration.ofNanos(worker.nanoTime() - before));
        await().untilAsserted(() -> assertThat(session.age()).isGreaterThan(age));
        long now = worker.nanoTime();
        assertThat(session.age()).isGreaterThanOrEqualTo(Duration.ofNanos(now - opened));
        Session younger = gateway.open(1, Grant.of("bob"));
        assertThat(gateway.core.sessions().all()).containsExactly(session, younger);
    }

    @Test
    void closingIsHarmlessOnceTheWorkerHasEnded() {
        Worker ended;
        try (Workers workers = Workers.start(1)) {
            ended = workers.get(0);
        }
        Secret keys = Secret.taking(new byte[] {1, 2, 3});
        InetSocketAddress any = new InetSocketAddress("192.0.2.7", 40000);
        Lease lease = new Lease((Inet4Address) InetAddress.ofLiteral("10.8.0.2"), 24, null, 0);
        Session session = new Session(
                new ClientContext("test", "1", any, any),
                SessionGrants.withKeys("alice", keys),
                lease,
                ended,
                new NoLifecycle());
        session.close(CloseReason.SHUTDOWN);
        assertThatThrownBy(keys::expose).isInstanceOf(IllegalStateException.class);
    }

    private static void run(Session session, Runnable task) {
        on(session.worker(), () -> {
            task.run();
            return true;
        });
    }

    private static boolean change(
            Session session, Grant.@Nullable Limits limits, @Nullable Duration total, @Nullable Duration idle) {
        return on(session.worker(), () -> session.change(limits, total, idle));
    }
}
