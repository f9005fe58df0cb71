package io.sallyport.core.session;

import static io.sallyport.core.support.TestGateway.on;
import static io.sallyport.core.support.TestPackets.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.GatewaySettings;
import io.sallyport.core.address.AddressPools;
import io.sallyport.core.address.Pool;
import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.forward.ForwardingSettings;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.session.Admission.Admittance;
import io.sallyport.core.session.Admission.Pending;
import io.sallyport.core.support.RecordingLink;
import io.sallyport.core.support.SessionGrants;
import io.sallyport.core.support.TestGateway;
import io.sallyport.core.worker.Worker;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Semaphore mayAnswer = new Semaphore(0);
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger interrupted = new AtomicInteger();
    private final Secret msk = Secret.taking(new byte[64]);
    private final TestGateway gateway = new TestGateway(this::decide, "10.8.0.0/29");
    private final Worker worker = gateway.workers.get(0);
    private final List<AuthDecision> answers = new CopyOnWriteArrayList<>();

    private AuthDecision decide(AuthRequest request) throws InterruptedException {
        asked.incrementAndGet();
        if (request instanceof AuthRequest.Password password) {
            if (password.user().equals("bug")) {
                throw new IllegalStateException("a bug");
            }
            if (password.user().equals("deaf")) {
                mayAnswer.acquireUninterruptibly();
            } else {
                acquire();
            }
        }
        return new AuthDecision.Accept(SessionGrants.withKeys("alice", msk));
    }

    private void acquire() throws InterruptedException {
        try {
            mayAnswer.acquire();
        } catch (InterruptedException e) {
            interrupted.incrementAndGet();
            throw e;
        }
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void answersOnTheWorkerAndWipesThePassword() {
        Secret password = password();
        mayAnswer.release();
        AuthDecision decision = gateway.ask(0, request("alice", password));
        assertThat(decision).isInstanceOf(AuthDecision.Accept.class);
        assertWiped(password);
        assertThat(msk.expose()).hasSize(64);
    }

    @Test
    void bugOfTheAuthenticatorIsUnavailableAndWipesEveryPart() {
        Secret first = password();
        Secret second = password();
        AuthRequest bug =
                new AuthRequest.Every(gateway.client(), List.of(request("bug", first), request("bug", second)));
        AuthDecision thrown = gateway.ask(0, request("bug", password()));
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        AuthDecision.Reject.class,
                        reject -> assertThat(reject.reason()).isEqualTo(RejectReason.UNAVAILABLE));
        assertThat(gateway.ask(0, bug)).isInstanceOf(AuthDecision.Accept.class);
        assertWiped(first);
        assertWiped(second);
    }

    @Test
    void cancelledQuestionIsNotAnsweredAndItsKeysAreWiped() {
        Secret password = password();
        // This authenticator does not heed the interruption, so its answer comes, and nobody wants it.
        on(worker, () -> {
            pend(request("deaf", password)).cancel();
            return true;
        });
        mayAnswer.release();
        await().untilAsserted(() -> assertWiped(msk));
        assertWiped(password);
        gateway.settle();
        assertThat(answers).isEmpty();
    }

    /** An interrupt would close a channel that an authenticator shares with other questions. */
    @Test
    void cancelDoesNotInterruptTheAuthenticator() {
        Secret password = password();
        Pending pending = on(worker, () -> pend(request("alice", password)));
        await().until(() -> asked.get() == 1);
        on(worker, () -> {
            pending.cancel();
            return true;
        });
        mayAnswer.release();
        await().untilAsserted(() -> assertWiped(msk));
        assertWiped(password);
        gateway.settle();
        assertThat(interrupted).hasValue(0);
        assertThat(answers).isEmpty();
    }

    @Test
    void moreQuestionsThanTheBoundAreTooMany() {
        AddressPools pools = AddressPools.inMemory(List.of(Pool.of("10.8.0.0/24")));
        Admission two = new VirtualThreadAdmission(
                this::decide, pools, gateway.core.sessions(), () -> SessionLimits.NONE, grant -> true, 2);
        Secret third = password();
        on(worker, () -> {
            two.authenticate(worker, request("alice", password()), answers::add);
            two.authenticate(worker, request("alice", password()), answers::add);
            two.authenticate(worker, request("alice", third), answers::add);
            assertThat(answers).as("never before the method returned").isEmpty();
            return true;
        });
        await().until(() -> answers.size() == 1);
        assertThat(answers.getFirst())
                .isInstanceOfSatisfying(
                        AuthDecision.Reject.class,
                        reject -> assertThat(reject.reason()).isEqualTo(RejectReason.TOO_BUSY));
        assertWiped(third);
        mayAnswer.release(2);
        await().until(() -> answers.size() == 3);
        mayAnswer.release();
        on(worker, () -> two.authenticate(worker, request("alice", password()), answers::add));
        await().until(() -> answers.size() == 4);
    }

    @Test
    void failingEapConversationEndsWithEapFailure() {
        List<EapConversation.Step> steps = new CopyOnWriteArrayList<>();
        EapConversation failing = new EapConversation() {
            @Override
            public Step receive(Octets response) {
                throw new IllegalStateException("a bug");
            }

            @Override
            public void close() {}
        };
        on(worker, () -> gateway.core.admission().eap(worker, failing, Octets.fromHex("0207000501"), steps::add));
        await().until(() -> steps.size() == 1);
        assertThat(steps.getFirst().packet().toHex()).isEqualTo("04070004");
        assertThat(steps.getFirst()).isInstanceOf(EapConversation.Step.Failure.class);
    }

    @Test
    void exhaustedPoolRefusesForNowAndWipesTheKeys() {
        for (int i = 0; i < 5; i++) {
            gateway.open(i % 2, Grant.of("user" + i));
        }
        Secret keys = password();
        assertThat(gateway.admit(0, SessionGrants.withKeys("late", keys)))
                .isInstanceOfSatisfying(Admittance.Refused.class, refused -> {
                    assertThat(refused.detail()).contains("10.8.0.0/29", "all 5");
                    assertThat(refused.temporary()).isTrue();
                });
        assertWiped(keys);
        gateway.core.sessions().byUser("user3").getFirst().close(CloseReason.CLIENT_EXIT);
        gateway.settle();
        assertThat(gateway.admit(1, Grant.of("late"))).isInstanceOf(Admittance.Opened.class);
    }

    @Test
    void limitOfAllHolds() {
        limits(new SessionLimits(2, 2));
        Session alice = gateway.open(0, Grant.of("alice"));
        gateway.open(0, Grant.of("bob"));
        assertThat(gateway.admit(0, Grant.of("carol")))
                .isInstanceOfSatisfying(
                        Admittance.Refused.class, r -> assertThat(r.detail()).contains("all 2 sessions"));
        alice.close(CloseReason.CLIENT_EXIT);
        alice.close(CloseReason.CLIENT_EXIT);
        gateway.settle();
        assertThat(gateway.admit(0, Grant.of("carol"))).isInstanceOf(Admittance.Opened.class);
        assertThat(gateway.admit(0, Grant.of("alice"))).isInstanceOf(Admittance.Refused.class);
    }

    @Test
    void cancelledOpeningLeavesNothingBehind() {
        List<Admittance> admitted = new CopyOnWriteArrayList<>();
        Secret keys = password();
        on(worker, () -> {
            Admission admission = gateway.core.admission();
            admission
                    .open(worker, gateway.client(), SessionGrants.withKeys("alice", keys), admitted::add)
                    .cancel();
            return true;
        });
        await().untilAsserted(() -> assertWiped(keys));
        await().until(() -> gateway.core.sessions().isEmpty());
        assertThat(admitted).isEmpty();
        assertThat(gateway.core.pools().usage().values()).allMatch(usage -> usage.inUse() == 0);
    }

    @Test
    void protocolThatFailsOnItsNewSessionLosesIt() {
        on(
                worker,
                () -> gateway.core.admission().open(worker, gateway.client(), Grant.of("alice"), admittance -> {
                    throw new IllegalStateException("a bug");
                }));
        await().until(() -> gateway.events.contains("alice closed INTERNAL_ERROR"));
        assertThat(gateway.core.sessions().count()).isZero();
    }

    @Test
    void linkThatFailsCostsItsSessionAndNothingElse() {
        Session session = gateway.open(0, Grant.of("alice"));
        on(worker, () -> session.up(new FailingLink(), "none"));
        gateway.network.send(worker, frame("192.0.2.1", "10.8.0.2", 5));
        await().until(() -> gateway.events.contains("alice closed INTERNAL_ERROR"));
        assertThat(gateway.core.pools().usage().values()).allMatch(usage -> usage.inUse() == 0);
        assertThat(gateway.core.sessions().isEmpty()).isTrue();
    }

    @Test
    void idleSessionEndsAndBusyOneStays() {
        // Longer than the machine may stop for: the busy one has to be heard meanwhile.
        Duration idle = Duration.ofSeconds(5);
        RecordingLink busyLink = new RecordingLink();
        gateway.up(0, SessionGrants.withTimeouts("quiet", null, idle), new RecordingLink());
        Session busy = gateway.up(0, SessionGrants.withTimeouts("busy", null, idle), busyLink);
        await().atMost(SOON).pollInterval(Duration.ofMillis(50)).until(() -> {
            gateway.network.send(worker, frame("192.0.2.1", "10.8.0.3", 5));
            return gateway.events.contains("quiet closed IDLE_TIMEOUT");
        });
        assertThat(busy.state()).isEqualTo(Session.State.UP);
        await().atMost(SOON).until(() -> gateway.events.contains("busy closed IDLE_TIMEOUT"));
    }

    @Test
    void sessionTimeoutEndsASession() {
        gateway.up(1, SessionGrants.withTimeouts("alice", Duration.ofMillis(50), null), new RecordingLink());
        await().until(() -> gateway.events.contains("alice closed SESSION_TIMEOUT"));
    }

    @Test
    void sessionsAreFoundByAllTheirNames() {
        Session alice = gateway.open(0, Grant.of("alice"));
        Session bob = gateway.open(1, Grant.of("bob"));
        Sessions sessions = gateway.core.sessions();
        assertThat(sessions.byId(alice.id())).isSameAs(alice);
        assertThat(sessions.byUser("bob")).containsExactly(bob);
        assertThat(sessions.all()).containsExactly(alice, bob);
        assertThat(sessions.byAddress(InetAddress.ofLiteral("10.8.0.3"))).isSameAs(bob);
        assertThat(sessions.countByProtocol()).containsExactly(Map.entry("test", 2));
        assertThat(sessions.closeWhere(s -> s.user().equals("bob"), CloseReason.ADMINISTRATOR))
                .isEqualTo(1);
        gateway.settle();
        assertThat(sessions.all()).containsExactly(alice);
        assertThat(gateway.events).contains("bob closed ADMINISTRATOR");
    }

    @Test
    void sessionNamesAreSixteenHexadecimalDigitsAndDiffer() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            names.add(gateway.core.admission().newSessionId());
        }
        assertThat(names).hasSize(10_000).allMatch(name -> name.matches("[0-9a-f]{16}"));
    }

    private void limits(SessionLimits limits) {
        GatewaySettings now = gateway.core.settings();
        gateway.core.replaceSettings(new GatewaySettings(now.clients(), ForwardingSettings.DEFAULT, limits));
    }

    private Pending pend(AuthRequest request) {
        return gateway.core.admission().authenticate(worker, request, answers::add);
    }

    private AuthRequest request(String user, Secret password) {
        return new AuthRequest.Password(gateway.client(), user, password, null);
    }

    private static Secret password() {
        return Secret.taking("swordfish".getBytes(StandardCharsets.UTF_8));
    }

    private static void assertWiped(Secret secret) {
        assertThatThrownBy(secret::expose).isInstanceOf(IllegalStateException.class);
    }

    private static final class FailingLink implements Link {
        @Override
        public void accept(ByteBuf packet) {
            packet.release();
            throw new IllegalStateException("a bug");
        }

        @Override
        public void flush() {}

        @Override
        public void close(CloseReason reason) {
            throw new IllegalStateException("another bug");
        }
    }
}
