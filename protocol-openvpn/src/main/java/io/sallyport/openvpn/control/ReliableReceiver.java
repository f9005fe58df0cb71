package io.sallyport.openvpn.control;

import io.sallyport.core.octets.Octets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the peer sends until it is acknowledged: delivered in order and once; up to {@link #WINDOW} ids ahead are kept, and those that came before are acknowledged again, because
 * their acknowledgement may have been lost.
 */
final class ReliableReceiver {
    static final int WINDOW = 12;

    private static final int REPEATED_ACKS = 4;
    private static final int MAX_UNSENT_ACKS = 2 * WINDOW;

    private final @Nullable Octets[] kept = new @Nullable Octets[WINDOW];
    private final List<Long> unsentAcks = new ArrayList<>();
    private final ArrayDeque<Long> sentAcks = new ArrayDeque<>();
    private long nextId;

    ReliableReceiver(long firstId) {
        nextId = firstId;
    }

    /** Before anything has come. */
    void expect(long firstId) {
        nextId = firstId;
    }

    /** False when the id is beyond the window: then it is neither kept nor acknowledged. */
    boolean accept(long id, Octets payload) {
        if (id >= nextId + WINDOW) {
            return false;
        }
        if (id >= nextId && kept[slot(id)] == null) {
            kept[slot(id)] = payload;
        }
        if (!unsentAcks.contains(id) && unsentAcks.size() < MAX_UNSENT_ACKS) {
            unsentAcks.add(id);
        }
        return true;
    }

    /** The payload that is next in order, or null when it has not come. */
    @Nullable
    Octets next() {
        Octets next = kept[slot(nextId)];
        if (next != null) {
            kept[slot(nextId)] = null;
            nextId++;
        }
        return next;
    }

    /** How many were delivered, counted from id 0. */
    long nextId() {
        return nextId;
    }

    boolean hasAcks() {
        return !unsentAcks.isEmpty();
    }

    /** Takes the oldest acknowledgements that were not sent, at most {@code limit}. */
    List<Long> takeAcks(int limit) {
        List<Long> oldest = unsentAcks.subList(0, Math.min(limit, unsentAcks.size()));
        List<Long> taken = List.copyOf(oldest);
        oldest.clear();
        for (long id : taken) {
            sentAcks.remove(id);
            sentAcks.addFirst(id);
        }
        while (sentAcks.size() > REPEATED_ACKS) {
            sentAcks.removeLast();
        }
        return taken;
    }

    /**
     * Like {@link #takeAcks}, and what room is left repeats those sent last. A server that keeps nothing before its first answer is acknowledged needs this: that
     * acknowledgement may be lost, and it has nothing to send again.
     */
    List<Long> takeAndRepeatAcks(int limit) {
        List<Long> acks = new ArrayList<>(takeAcks(limit));
        for (long id : sentAcks) {
            if (acks.size() < limit && !acks.contains(id)) {
                acks.add(id);
            }
        }
        return acks;
    }

    private static int slot(long id) {
        return (int) (id % WINDOW);
    }
}
