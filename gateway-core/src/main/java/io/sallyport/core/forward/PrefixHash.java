package io.sallyport.core.forward;

import io.sallyport.core.session.Session;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Prefixes of one length, as 128-bit keys aligned to the left, in an open-addressing hash table. One writer at a time; readers take no lock and allocate nothing: an entry never
 * changes after its slot was written with release, and a table that grows is copied and published whole.
 */
final class PrefixHash {
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Entry[].class);
    private static final int SMALLEST = 16;
    private static final Entry REMOVED = new Entry(0, 0, null);

    private volatile @Nullable Entry[] slots = new Entry[SMALLEST];
    private int live;
    /** Slots that are not null, the removed ones too: at most half of all, so that a search ends. */
    private int filled;

    private static final class Entry {
        final long high;
        final long low;
        /** Null in {@link #REMOVED} alone. */
        final @Nullable Session session;

        Entry(long high, long low, @Nullable Session session) {
            this.high = high;
            this.low = low;
            this.session = session;
        }

        boolean is(long otherHigh, long otherLow) {
            return high == otherHigh && low == otherLow && session != null;
        }
    }

    @Nullable
    Session find(long high, long low) {
        @Nullable Entry[] table = slots;
        int mask = table.length - 1;
        for (int i = hash(high, low) & mask; ; i = (i + 1) & mask) {
            Entry entry = (Entry) SLOT.getAcquire(table, i);
            if (entry == null) {
                return null;
            }
            if (entry.is(high, low)) {
                return entry.session;
            }
        }
    }

    boolean isEmpty() {
        return live == 0;
    }

    void put(long high, long low, Session session) {
        if ((filled + 1) * 2 > slots.length) {
            rebuild();
        }
        int at = slotFor(high, low);
        Entry before = slots[at];
        if (before == null) {
            filled++;
        }
        if (before == null || before == REMOVED) {
            live++;
        }
        SLOT.setRelease(slots, at, new Entry(high, low, session));
    }

    void remove(long high, long low) {
        int at = slotFor(high, low);
        Entry before = slots[at];
        if (before != null && before.is(high, low)) {
            live--;
            SLOT.setRelease(slots, at, REMOVED);
        }
    }

    /** Where the key is, or else where it may be put. */
    private int slotFor(long high, long low) {
        @Nullable Entry[] table = slots;
        int mask = table.length - 1;
        int removed = -1;
        for (int i = hash(high, low) & mask; ; i = (i + 1) & mask) {
            Entry entry = table[i];
            if (entry == null) {
                return removed >= 0 ? removed : i;
            }
            if (entry.is(high, low)) {
                return i;
            }
            if (entry == REMOVED && removed < 0) {
                removed = i;
            }
        }
    }

    /** Without the removed ones, at most a quarter full. */
    private void rebuild() {
        int length = SMALLEST;
        while (length < (live + 1) * 4) {
            length *= 2;
        }
        @Nullable Entry[] next = new Entry[length];
        for (Entry entry : slots) {
            if (entry != null && entry != REMOVED) {
                int i = hash(entry.high, entry.low) & (length - 1);
                while (next[i] != null) {
                    i = (i + 1) & (length - 1);
                }
                next[i] = entry;
            }
        }
        filled = live;
        slots = next;
    }

    private static int hash(long high, long low) {
        long mixed = (high ^ Long.rotateLeft(low, 32)) * 0x9e3779b97f4a7c15L;
        return (int) (mixed >>> 32) ^ (int) (mixed >>> 48);
    }
}
