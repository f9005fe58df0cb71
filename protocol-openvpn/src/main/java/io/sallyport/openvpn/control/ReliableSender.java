package io.sallyport.openvpn.control;

import io.sallyport.core.octets.Octets;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * What must reach the peer: numbered from a first id, at most {@link #WINDOW} under way, each sent again until it is acknowledged, after 1, 2, 4, 8 and 16 seconds and every 16
 * after, or at once when three later ones were acknowledged before it.
 */
final class ReliableSender {
    static final int WINDOW = 6;

    private static final long FIRST_TIMEOUT_NANOS = 1_000_000_000L;
    private static final long LAST_TIMEOUT_NANOS = 16_000_000_000L;
    private static final int PASSED_BY = 3;

    /** What a message is, besides its octets. */
    enum Kind {
        HARD_RESET,
        SOFT_RESET,
        CONTROL
    }

    /** One message under way. */
    static final class Entry {
        final Kind kind;
        final long id;
        final Octets payload;
        private long dueAt;
        private long timeout = FIRST_TIMEOUT_NANOS;
        private int passed;

        private Entry(Kind kind, long id, Octets payload, long dueAt) {
            this.kind = kind;
            this.id = id;
            this.payload = payload;
            this.dueAt = dueAt;
        }
    }

    private final ArrayDeque<Entry> underWay = new ArrayDeque<>(WINDOW);
    private long nextId;

    ReliableSender(long firstId) {
        nextId = firstId;
    }

    boolean hasRoom() {
        return underWay.size() < WINDOW;
    }

    boolean isEmpty() {
        return underWay.isEmpty();
    }

    /** Due at once; only while there is room. */
    void add(Kind kind, Octets payload, long now) {
        if (!hasRoom()) {
            throw new IllegalStateException("the window is full");
        }
        underWay.add(new Entry(kind, nextId++, payload, now));
    }

    /** An id that is not under way is no matter: acknowledgements are repeated. */
    void acknowledge(long id, long now) {
        boolean known = false;
        for (Iterator<Entry> i = underWay.iterator(); i.hasNext(); ) {
            if (i.next().id == id) {
                i.remove();
                known = true;
            }
        }
        for (Entry entry : underWay) {
            if (known && entry.id < id && ++entry.passed == PASSED_BY) {
                entry.dueAt = now;
            }
        }
    }

    /** The next message whose time has come, which counts as sent now; null when there is none. */
    @Nullable
    Entry due(long now) {
        for (Entry entry : underWay) {
            if (Deadline.passed(entry.dueAt, now)) {
                entry.dueAt = Deadline.after(now, entry.timeout);
                entry.timeout = Math.min(LAST_TIMEOUT_NANOS, entry.timeout * 2);
                return entry;
            }
        }
        return null;
    }

    /** When {@link #due} has something, or {@link Deadline#NEVER}. */
    long deadline() {
        long deadline = Deadline.NEVER;
        for (Entry entry : underWay) {
            deadline = Deadline.earlier(deadline, entry.dueAt);
        }
        return deadline;
    }
}
