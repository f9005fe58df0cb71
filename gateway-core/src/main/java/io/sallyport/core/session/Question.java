package io.sallyport.core.session;

import io.sallyport.core.worker.Worker;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One question under way: thought about on a virtual thread, answered on the worker unless nobody wants it any more. */
final class Question<A> implements Admission.Pending {
    private static final Logger log = LoggerFactory.getLogger(Question.class);

    private final Worker worker;
    private final Consumer<A> answer;
    private final Consumer<A> unwanted;
    private @Nullable Thread interruptible;
    /** Both on the worker alone. */
    private boolean cancelled;

    private boolean answered;

    /** @param unwanted undoes an answer that nobody takes; on the worker, or anywhere once the worker has ended */
    Question(Worker worker, Consumer<A> answer, Consumer<A> unwanted) {
        this.worker = worker;
        this.answer = answer;
        this.unwanted = unwanted;
    }

    /** Returns at once; gives the room back when the thinking is over. */
    Question<A> ask(Semaphore room, Supplier<A> think, boolean mayInterrupt) {
        Thread thread = Thread.ofVirtual().name("admission").unstarted(() -> {
            A thought;
            try {
                thought = think.get();
            } finally {
                room.release();
            }
            answer(thought);
        });
        if (mayInterrupt) {
            interruptible = thread;
        }
        thread.start();
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
        answered = true;
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

    @Override
    public void cancel() {
        cancelled = true;
        if (interruptible != null && !answered) {
            interruptible.interrupt();
        }
    }
}
