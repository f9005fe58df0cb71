package io.sallyport.openvpn.control;

import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one connection, either end's: the one in use, the one being negotiated, and the one before, which stays a minute for packets under way. Before the first is in use, it
 * is the one being negotiated.
 */
final class KeyRing<K extends NegotiatedKey> {
    static final long LAME_DUCK_NANOS = 60_000_000_000L;

    private final IntConsumer retired;
    private K current;
    private @Nullable K next;
    private @Nullable K before;

    /** @param retired told the id of each key whose time is over */
    KeyRing(K first, IntConsumer retired) {
        this.current = first;
        this.retired = retired;
    }

    K current() {
        return current;
    }

    /** The one that will follow; null when none is being negotiated, or the first still is. */
    @Nullable
    K next() {
        return next;
    }

    @Nullable
    K before() {
        return before;
    }

    /** The one whose stage decides what happens now. */
    K negotiating() {
        return next == null ? current : next;
    }

    @Nullable
    K find(int keyId) {
        if (next != null && next.keyId() == keyId) {
            return next;
        }
        if (current.keyId() == keyId) {
            return current;
        }
        return before != null && before.keyId() == keyId ? before : null;
    }

    @SuppressWarnings("ReferenceEquality") // that key itself is meant
    boolean holds(K key) {
        return key == current || key == next || key == before;
    }

    void begin(K key) {
        next = key;
    }

    /** The negotiated key is now in use, and the one in use a lame duck. */
    void promote(long now) {
        K key = next;
        if (key == null) {
            throw new IllegalStateException("no key is being negotiated");
        }
        retireBefore();
        before = current;
        before.since = now;
        current = key;
        next = null;
    }

    /** The key being negotiated came to nothing; null when there was none. */
    @Nullable
    K dropNext() {
        K failed = next;
        next = null;
        if (failed != null) {
            retire(failed);
        }
        return failed;
    }

    void retireBefore() {
        K old = before;
        before = null;
        if (old != null) {
            retire(old);
        }
    }

    /** Ends the lame duck's time. */
    void expire(long now) {
        if (before != null && Deadline.passed(lameUntil(before), now)) {
            retireBefore();
        }
    }

    /** When a packet is due, or the lame duck's time is over. */
    long deadline() {
        long deadline = current.channel.deadline();
        if (next != null) {
            deadline = Deadline.earlier(deadline, next.channel.deadline());
        }
        if (before != null) {
            deadline = Deadline.earlier(deadline, Deadline.earlier(before.channel.deadline(), lameUntil(before)));
        }
        return deadline;
    }

    void each(Consumer<K> step) {
        step.accept(current);
        if (next != null) {
            step.accept(next);
        }
        if (before != null) {
            step.accept(before);
        }
    }

    private void retire(K key) {
        retired.accept(key.keyId());
        key.close();
    }

    private static long lameUntil(NegotiatedKey key) {
        return Deadline.after(key.since, LAME_DUCK_NANOS);
    }
}
