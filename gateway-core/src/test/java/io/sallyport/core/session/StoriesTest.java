package io.sallyport.core.session;

import static io.sallyport.core.support.TestGateway.on;
import static io.sallyport.core.support.TestPackets.frame;
import static io.sallyport.core.support.TestPackets.packet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.support.RecordingLink;
import io.sallyport.core.support.SessionGrants;
import io.sallyport.core.support.TestGateway;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The stories of ARCHITECTURE.md, as far as the core tells them. */
class StoriesTest {
    private final CountDownLatch radius = new CountDownLatch(1);
    private final TestGateway gateway = new TestGateway(this::decide, "10.8.0.0/24", "fd00::/64");

    private AuthDecision decide(AuthRequest request) throws InterruptedException {
        radius.await();
        return new AuthDecision.Accept(Grant.of("alice"));
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    /** 1: what the protocol does before the decision is its own affair; the core forwards nothing before {@code up}. */
    @Test
    void clientThatIsEarlyWaitsForTheDecision() {
        Worker worker = gateway.workers.get(0);
        AtomicReference<@Nullable AuthDecision> decision = new AtomicReference<>();
        AuthRequest request = new AuthRequest.MsChapV2(
                gateway.client(),
                "alice",
                1,
                Octets.of(new byte[16]),
                Octets.of(new byte[16]),
                Octets.of(new byte[24]));
        on(worker, () -> gateway.core.admission().authenticate(worker, request, decision::set));

        // CALL_CONNECTED arrives: the worker is free to look at it, the decision is still on its way.
        assertThat(on(worker, decision::get) == null).isTrue();
        radius.countDown();
        await().until(() -> decision.get() != null);

        Session session = gateway.open(0, Grant.of("alice"));
        gateway.fromClient(session, packet("10.8.0.2", "192.0.2.1", 10));
        assertThat(gateway.drops(Verdict.SESSION_NOT_UP)).isEqualTo(1);
        assertThat(gateway.network.received()).isEmpty();

        // The binding is wrong: the lease returns like any other.
        session.close(CloseReason.PROTOCOL_ERROR);
        gateway.settle();
        assertThat(gateway.events).containsExactly("alice opened", "alice closed PROTOCOL_ERROR");
        assertThat(gateway.core.pools().usage().values()).allMatch(usage -> usage.inUse() == 0);
    }

    /** 2: the key changes between two packets of the link, and the session does not know. */
    @Test
    void linkMayChangeItsKeysBetweenPackets() {
        RekeyingLink link = new RekeyingLink();
        Session session = gateway.open(0, Grant.of("alice"));
        assertThat(on(session.worker(), () -> session.up(link, "old"))).isTrue();

        gateway.network.send(gateway.workers.get(0), frame("192.0.2.1", "10.8.0.2", 1));
        on(session.worker(), () -> {
            link.key = "new";
            session.cipherChanged("new");
            return true;
        });
        gateway.network.send(gateway.workers.get(0), frame("192.0.2.1", "10.8.0.2", 1));
        gateway.settle();

        assertThat(link.sealed).containsExactly("old", "new");
        assertThat(session.cipher()).isEqualTo("new");
    }

    /** 3: a float is one call, and the session stays where it is. */
    @Test
    void clientMovesAndItsSessionStays() {
        RecordingLink link = new RecordingLink();
        Session session = gateway.up(0, Grant.of("alice"), link);
        on(session.worker(), () -> {
            session.moved(new InetSocketAddress("192.0.2.8", 50001), new InetSocketAddress("198.51.100.1", 4500));
            return true;
        });
        // The network's answer arrives at the other worker's queue.
        ByteBuf answer = frame("192.0.2.1", "10.8.0.2", 33);
        String packet = ByteBufUtil.hexDump(answer).substring(20);
        gateway.network.send(gateway.workers.get(1), answer);
        await().until(() -> !link.sent().isEmpty());

        assertThat(link.sent()).containsExactly(packet);
        assertThat(session.outerAddress().getPort()).isEqualTo(50001);
        assertThat(session.localAddress().getPort()).isEqualTo(4500);
        assertThat(gateway.events).containsExactly("alice opened", "alice up", "alice moved to 50001");
    }

    /** 4: the queue holds the session and not the address, so nobody else gets the packet. */
    @Test
    void packetInTheHandoffQueueDoesNotMeetTheNextOwnerOfTheAddress() throws InterruptedException {
        RecordingLink link = new RecordingLink();
        RecordingLink next = new RecordingLink();
        Session session = gateway.up(0, Grant.of("alice"), link);
        CountDownLatch busy = new CountDownLatch(1);
        gateway.workers.get(0).execute(() -> awaitQuietly(busy));
        // Worker 0 is busy; on its queue now: the end of the session first, then the packet from worker 1.
        session.close(CloseReason.DISCONNECT_REQUEST);
        gateway.network.send(gateway.workers.get(1), frame("192.0.2.1", "10.8.0.2", 33));
        on(gateway.workers.get(1), () -> true);
        busy.countDown();
        gateway.settle();
        Session heir = gateway.up(1, Grant.of("alice"), next);

        assertThat(heir.lease()).isEqualTo(session.lease());
        assertThat(gateway.drops(Verdict.SESSION_CLOSED)).isEqualTo(1);
        assertThat(link.sent()).isEmpty();
        assertThat(next.sent()).isEmpty();
        assertThat(link.closed()).containsExactly(CloseReason.DISCONNECT_REQUEST);
        gateway.network.send(gateway.workers.get(0), frame("192.0.2.1", "10.8.0.2", 33));
        await().until(() -> next.sent().size() == 1);
    }

    /** 5: both directions of both users pass one place each, and are counted there. */
    @Test
    void twoUsersOnTwoWorkersAreCountedWhereLimitsWillStand() {
        RecordingLink aliceLink = new RecordingLink();
        RecordingLink bobLink = new RecordingLink();
        Session alice = gateway.up(0, Grant.of("alice"), aliceLink);
        Session bob = gateway.up(1, Grant.of("bob"), bobLink);

        for (int i = 0; i < 5; i++) {
            gateway.fromClient(alice, packet("10.8.0.2", "192.0.2.1", 80));
            gateway.network.send(gateway.workers.get(0), frame("192.0.2.1", "10.8.0.3", 80));
        }
        gateway.fromClient(bob, packet("fd00::3", "2001:db8::1", 60));
        await().until(() -> bobLink.sent().size() == 5);

        assertThat(alice.traffic().upPackets()).isEqualTo(5);
        assertThat(alice.traffic().upOctets()).isEqualTo(500);
        assertThat(alice.traffic().downPackets()).isZero();
        assertThat(bob.traffic().downOctets()).isEqualTo(500);
        assertThat(bob.traffic().upOctets()).isEqualTo(100);
        assertThat(gateway.network.received()).hasSize(6);
    }

    @Test
    void gatewayThatStopsTellsEverybodyAndKeepsNothing() {
        RecordingLink link = new RecordingLink();
        Secret keys = Secret.taking(new byte[] {1, 2, 3});
        gateway.up(0, SessionGrants.withKeys("alice", keys), link);
        gateway.open(1, Grant.of("bob"));

        gateway.close();

        assertThat(link.closed()).containsExactly(CloseReason.SHUTDOWN);
        assertThat(gateway.events).contains("alice closed SHUTDOWN", "bob closed SHUTDOWN");
        assertThat(gateway.core.sessions().count()).isZero();
        assertThat(gateway.network.closed()).isTrue();
        assertThatThrownBy(keys::expose).isInstanceOf(IllegalStateException.class);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** "Seals" by writing down the key of the moment. */
    private static final class RekeyingLink implements Link {
        final List<String> sealed = new CopyOnWriteArrayList<>();
        volatile String key = "old";

        @Override
        public void accept(ByteBuf packet) {
            sealed.add(key);
            packet.release();
        }

        @Override
        public void flush() {}

        @Override
        public void close(CloseReason reason) {}
    }
}
