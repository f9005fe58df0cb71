package io.sallyport.core.session;

import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.octets.Octets;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A conversation that is asked for in its first step, because asking may wait, and whose end never meets a step under way: {@link #close} returns at once, and what it forgets is forgotten when the step has ended. From any thread.
 */
final class EapTurns implements EapConversation {
    private final Supplier<EapConversation> authenticator;
    /** Null before the first step; belongs to the step under way, or to the end where there is none. */
    private @Nullable EapConversation conversation;

    private boolean stepping;
    private boolean closed;

    /** @param authenticator asked once, and never for a conversation that ends before it began */
    EapTurns(Supplier<EapConversation> authenticator) {
        this.authenticator = authenticator;
    }

    @Override
    public Step receive(Octets response) throws InterruptedException {
        if (!begin()) {
            return REFUSING.receive(response);
        }
        try {
            return conversation().receive(response);
        } finally {
            if (end()) {
                forget();
            }
        }
    }

    private EapConversation conversation() {
        EapConversation now = conversation;
        if (now == null) {
            now = Objects.requireNonNull(authenticator.get(), "an authenticator gave no conversation");
            conversation = now;
        }
        return now;
    }

    private void forget() {
        EapConversation now = conversation;
        if (now != null) {
            now.close();
        }
    }

    private synchronized boolean begin() {
        if (stepping) {
            throw new IllegalStateException("a step of this EAP conversation is under way");
        }
        stepping = !closed;
        return stepping;
    }

    /** Whether it was closed meanwhile. */
    private synchronized boolean end() {
        stepping = false;
        return closed;
    }

    @Override
    public void close() {
        synchronized (this) {
            boolean nothingToDo = closed || stepping;
            closed = true;
            if (nothingToDo) {
                return;
            }
        }
        forget();
    }
}
