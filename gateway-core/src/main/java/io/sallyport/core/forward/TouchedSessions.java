package io.sallyport.core.forward;

import io.sallyport.core.session.Session;
import org.jspecify.annotations.Nullable;

/** The sessions of this worker that a batch delivered to, each flushed once; when there are more than fit, the first ones a little early. */
final class TouchedSessions {
    private static final int MOST = 64;

    private final @Nullable Session[] sessions = new Session[MOST];
    private int count;

    @SuppressWarnings("ReferenceEquality") // a session is itself
    void add(Session session) {
        for (int i = count - 1; i >= 0; i--) {
            if (sessions[i] == session) {
                return;
            }
        }
        if (count == MOST) {
            flush();
        }
        sessions[count++] = session;
    }

    void flush() {
        int touched = count;
        count = 0;
        for (int i = 0; i < touched; i++) {
            Session session = sessions[i];
            sessions[i] = null;
            if (session != null) {
                session.flush();
            }
        }
    }
}
