package io.sallyport.core.address;

import static io.sallyport.core.address.PoolSpan.NONE;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who holds, or was last to hold, each address of one pool. Every step is O(log n); {@link AddressPools} holds the lock. */
final class PoolLedger {
    /** Beyond so many remembered addresses the longest unused is taken before a fresh one: only an IPv6 pool gets there. */
    static final int MOST_REMEMBERED = 1 << 20;

    private static final int NO_RANK = -1;

    private final Pool pool;
    private final PoolSpan span;
    private final Map<Long, Entry> used = new HashMap<>();
    private final LinkedHashMap<Long, Entry> released = new LinkedHashMap<>();
    private final Map<String, Devices> users = new HashMap<>();
    private long nextFresh = PoolSpan.FIRST;

    /** An address that somebody has or had. */
    private static final class Entry {
        final long offset;
        String user;
        int rank;

        @Nullable
        Lease holder;

        Entry(long offset, String user, int rank) {
            this.offset = offset;
            this.user = user;
            this.rank = rank;
        }
    }

    /** One user's addresses: the n-th device gets the n-th back. */
    private static final class Devices {
        final TreeMap<Integer, Long> freeByRank = new TreeMap<>();
        int nextRank;
        int entries;
    }

    PoolLedger(Pool pool) {
        this.pool = pool;
        this.span = new PoolSpan(pool.prefix());
    }

    Pool pool() {
        return pool;
    }

    PoolSpan span() {
        return span;
    }

    int inUse() {
        return used.size() - released.size();
    }

    /** The first free address that this user had before, or NONE. */
    long rememberedFor(String user) {
        Devices devices = users.get(user);
        return devices == null || devices.freeByRank.isEmpty()
                ? NONE
                : devices.freeByRank.firstEntry().getValue();
    }

    /** An address that nobody ever had, or NONE. */
    long fresh() {
        if (used.size() >= MOST_REMEMBERED && !released.isEmpty()) {
            return NONE;
        }
        while (nextFresh <= span.last() && used.containsKey(nextFresh)) {
            nextFresh++;
        }
        return nextFresh <= span.last() ? nextFresh : NONE;
    }

    /** The address that has been free for the longest time, or NONE. */
    long longestFree() {
        return released.isEmpty() ? NONE : released.firstEntry().getKey();
    }

    /** The user that holds this address now, or null. */
    @Nullable
    String holder(long offset) {
        Entry entry = used.get(offset);
        return entry == null || entry.holder == null ? null : entry.user;
    }

    /** Gives a free address; returns its rank among the user's. */
    int take(long offset, String user, Lease holder) {
        Entry entry = entry(offset, user, NO_RANK);
        entry.holder = holder;
        released.remove(offset);
        devices(user).freeByRank.remove(entry.rank);
        return entry.rank;
    }

    /** False when that lease does not hold the address: it has been released before. */
    @SuppressWarnings("ReferenceEquality") // a lease is known by its identity: an equal one may be somebody else's
    boolean release(long offset, Lease lease) {
        Entry entry = used.get(offset);
        if (entry == null || entry.holder != lease) {
            return false;
        }
        entry.holder = null;
        setFree(entry);
        return true;
    }

    /** Remembers what a journal says, as free since now. */
    void restore(long offset, String user, int rank) {
        Entry entry = entry(offset, user, rank);
        released.remove(offset);
        setFree(entry);
    }

    private void setFree(Entry entry) {
        released.put(entry.offset, entry);
        devices(entry.user).freeByRank.put(entry.rank, entry.offset);
    }

    private Entry entry(long offset, String user, int wishedRank) {
        Entry entry = used.get(offset);
        if (entry != null && entry.user.equals(user)) {
            return entry;
        }
        if (entry != null) {
            disown(entry);
        }
        Devices devices = devices(user);
        boolean granted = wishedRank != NO_RANK && !devices.freeByRank.containsKey(wishedRank);
        int rank = granted ? wishedRank : devices.nextRank;
        devices.nextRank = Math.max(devices.nextRank, rank + 1);
        devices.entries++;
        if (entry == null) {
            entry = new Entry(offset, user, rank);
            used.put(offset, entry);
        } else {
            entry.user = user;
            entry.rank = rank;
        }
        return entry;
    }

    private void disown(Entry entry) {
        Devices devices = devices(entry.user);
        devices.freeByRank.remove(entry.rank);
        if (--devices.entries == 0) {
            users.remove(entry.user);
        }
    }

    private Devices devices(String user) {
        return users.computeIfAbsent(user, u -> new Devices());
    }

    /** Everything remembered, as the journal's compact form: what was free for the longest time first, what is in use last. */
    List<JournalLine> remembered() {
        List<JournalLine> lines = new ArrayList<>(used.size());
        addLines(released.values(), lines);
        addLines(used.values().stream().filter(e -> e.holder != null).toList(), lines);
        return lines;
    }

    private void addLines(Collection<Entry> entries, List<JournalLine> lines) {
        for (Entry entry : entries) {
            InetAddress address = span.address(entry.offset);
            lines.add(new JournalLine.Held(address, entry.rank, entry.user));
            if (entry.holder == null) {
                lines.add(new JournalLine.Freed(address));
            }
        }
    }
}
