package io.sallyport.core.session;

import io.sallyport.core.worker.Worker;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One question under way: thought about on a virtual thread, answered on the worker unless nobody wants it any more. */
final class Question<A> implements Admission.Pending {
    private static final Logger log = LoggerFactory.getLogger(Question.class);

    private final Worker worker;
    private final Consumer<A> answer;
    private final Consumer<A> unwanted;
    /** On the worker alone. */
    private boolean cancelled;

    /** @param unwanted undoes an answer that nobody takes; on the worker, or anywhere once the worker has ended */
    Question(Worker worker, Consumer<A> answer, Consumer<A> unwanted) {
        this.worker = worker;
        this.answer = answer;
        this.unwanted = unwanted;
    }

    /** Returns at once; gives the room back when the thinking is over. */
    Question<A> ask(Semaphore room, Supplier<A> think) {
        Thread.ofVirtual().name("admission").start(() -> {
            A thought;
            try {
                thought = think.get();
            } finally {
                room.release();
            }
            answer(thought);
        });
        return this;
    }

    /** Brings the answer to the worker. */
    void answer(A thought) {
        try {
            worker.execute(() -> arrive(thought));
        } catch (RejectedExecutionException e) {
            unwanted.accept(thought);
        }
    }

    private void arrive(A thought) {
        if (cancelled) {
            unwanted.accept(thought);
            return;
        }
        try {
            answer.accept(thought);
        } catch (RuntimeException e) {
            log.error("an answer was not taken", e);
        }
    }

    /** Does not interrupt the thinking: that would close a channel that an authenticator shares with other questions, and leave a lease's file half written. */
    @Override
    public void cancel() {
        cancelled = true;
    }
}
