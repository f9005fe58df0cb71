package io.sallyport.core.session;

import static io.sallyport.core.support.TestGateway.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.Authenticator;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.support.TestGateway;
import io.sallyport.core.worker.Worker;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EapTurnsTest {
    private static final Octets RESPONSE = Octets.fromHex("0207000501");

    private final List<String> diary = new CopyOnWriteArrayList<>();
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private volatile CountDownLatch mayBegin = new CountDownLatch(0);
    private volatile boolean fails;
    private final TestGateway gateway = new TestGateway(new Slow(), "10.8.0.0/24");
    private final Worker worker = gateway.workers.get(0);

    @AfterEach
    void stop() {
        mayBegin.countDown();
        mayAnswer.countDown();
        gateway.close();
    }

    @Test
    void conversationThatIsGivenUpClosesAfterItsStep() {
        List<EapConversation.Step> steps = new CopyOnWriteArrayList<>();
        on(worker, () -> {
            EapConversation conversation = gateway.core.admission().startEap(gateway.client());
            Admission.Pending pending = gateway.core.admission().eap(worker, conversation, RESPONSE, steps::add);
            await().until(() -> diary.contains("step begins"));
            pending.cancel();
            conversation.close();
            conversation.close();
            return true;
        });
        assertThat(diary).containsExactly("asked", "step begins");
        mayAnswer.countDown();
        await().until(() -> diary.contains("closed"));
        gateway.settle();
        assertThat(diary).containsExactly("asked", "step begins", "step ends", "closed");
        assertThat(steps).isEmpty();
    }

    @Test
    void closedConversationRefuses() throws InterruptedException {
        EapConversation conversation = gateway.core.admission().startEap(gateway.client());
        mayAnswer.countDown();
        conversation.receive(RESPONSE);
        conversation.close();
        assertThat(diary).containsExactly("asked", "step begins", "step ends", "closed");
        assertThat(conversation.receive(RESPONSE)).isInstanceOf(EapConversation.Step.Failure.class);
        assertThat(diary).hasSize(4);
    }

    @Test
    void conversationThatEndsBeforeItBeganIsNeverAskedFor() throws InterruptedException {
        EapConversation conversation = gateway.core.admission().startEap(gateway.client());
        conversation.close();
        assertThat(conversation.receive(RESPONSE)).isInstanceOf(EapConversation.Step.Failure.class);
        assertThat(diary).isEmpty();
    }

    /** A worker goes on while a conversation is asked for, which may read files. */
    @Test
    void conversationIsAskedForInItsFirstStep() {
        mayBegin = new CountDownLatch(1);
        List<EapConversation.Step> steps = new CopyOnWriteArrayList<>();
        on(worker, () -> {
            EapConversation conversation = gateway.core.admission().startEap(gateway.client());
            return gateway.core.admission().eap(worker, conversation, RESPONSE, steps::add);
        });
        await().until(() -> diary.contains("asked"));
        assertThat(on(worker, () -> true)).isTrue();
        assertThat(steps).isEmpty();
        mayBegin.countDown();
        mayAnswer.countDown();
        await().until(() -> !steps.isEmpty());
        assertThat(steps).singleElement().isInstanceOf(EapConversation.Step.Request.class);
        assertThat(diary).containsExactly("asked", "step begins", "step ends");
    }

    @Test
    void conversationThatIsGivenUpWhileItIsAskedForClosesAfterItsStep() {
        mayBegin = new CountDownLatch(1);
        mayAnswer.countDown();
        on(worker, () -> {
            EapConversation conversation = gateway.core.admission().startEap(gateway.client());
            gateway.core.admission().eap(worker, conversation, RESPONSE, _ -> {});
            await().until(() -> diary.contains("asked"));
            conversation.close();
            return true;
        });
        mayBegin.countDown();
        await().until(() -> diary.contains("closed"));
    }

    @Test
    void anAuthenticatorThatFailsWhenItIsAskedForOneIsUnavailable() {
        fails = true;
        List<EapConversation.Step> steps = new CopyOnWriteArrayList<>();
        on(worker, () -> {
            EapConversation conversation = gateway.core.admission().startEap(gateway.client());
            return gateway.core.admission().eap(worker, conversation, RESPONSE, steps::add);
        });
        await().until(() -> !steps.isEmpty());
        assertThat(steps)
                .singleElement()
                .isInstanceOfSatisfying(
                        EapConversation.Step.Failure.class,
                        failure -> assertThat(failure.reject().reason()).isEqualTo(RejectReason.UNAVAILABLE));
    }

    @Test
    void twoStepsAtOnceAreABug() throws Exception {
        EapConversation conversation = new EapTurns(() -> new Slow().eap(gateway.client()));
        Thread first = Thread.ofVirtual().start(() -> receiveQuietly(conversation));
        await().until(() -> diary.contains("step begins"));
        assertThatThrownBy(() -> conversation.receive(RESPONSE)).isInstanceOf(IllegalStateException.class);
        mayAnswer.countDown();
        first.join();
        conversation.close();
        assertThat(diary).containsExactly("asked", "step begins", "step ends", "closed");
    }

    private static void receiveQuietly(EapConversation conversation) {
        try {
            conversation.receive(RESPONSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Its conversations answer when they may, and write down what happens to them. */
    private final class Slow implements Authenticator {
        @Override
        public AuthDecision authenticate(AuthRequest request) {
            return new AuthDecision.Reject(RejectReason.METHOD_UNSUPPORTED, "EAP only");
        }

        @Override
        public EapConversation eap(ClientContext client) {
            diary.add("asked");
            awaitQuietly(mayBegin);
            if (fails) {
                throw new IllegalStateException("a bug");
            }
            return new EapConversation() {
                @Override
                public Step receive(Octets response) throws InterruptedException {
                    diary.add("step begins");
                    mayAnswer.await();
                    diary.add("step ends");
                    return new Step.Request(response);
                }

                @Override
                public void close() {
                    diary.add("closed");
                }
            };
        }
    }
}
