package io.sallyport.core.session;

import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.octets.Octets;

/**
 * A conversation whose end never meets a step under way: {@link #close} returns at once, and what it forgets is forgotten when the step has ended. From any thread.
 */
final class EapTurns implements EapConversation {
    private final EapConversation conversation;
    private boolean stepping;
    private boolean closed;

    EapTurns(EapConversation conversation) {
        this.conversation = conversation;
    }

    @Override
    public Step receive(Octets response) throws InterruptedException {
        if (!begin()) {
            return REFUSING.receive(response);
        }
        try {
            return conversation.receive(response);
        } finally {
            if (end()) {
                conversation.close();
            }
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
        conversation.close();
    }
}
