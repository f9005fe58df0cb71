package io.sallyport.core.forward;

import io.sallyport.core.session.Session;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** The prefixes of one address family: a hash table for each length that is there, asked from the longest to the shortest. One writer, readers without a lock. */
final class PrefixTable {
    private volatile Level[] levels = {};

    private record Level(int length, long maskHigh, long maskLow, PrefixHash hash) {
        static Level of(int length) {
            long high = length >= 64 ? -1 : length == 0 ? 0 : -1L << (64 - length);
            long low = length <= 64 ? 0 : -1L << (128 - length);
            return new Level(length, high, low, new PrefixHash());
        }
    }

    /** The session of the longest prefix that matches this address, aligned to the left. */
    @Nullable
    Session find(long high, long low) {
        for (Level level : levels) {
            Session session = level.hash.find(high & level.maskHigh, low & level.maskLow);
            if (session != null) {
                return session;
            }
        }
        return null;
    }

    void put(long high, long low, int length, Session session) {
        Level level = level(length);
        if (level == null) {
            level = Level.of(length);
            level.hash.put(high, low, session);
            Level[] more = Arrays.copyOf(levels, levels.length + 1);
            more[levels.length] = level;
            Arrays.sort(more, Comparator.comparingInt(Level::length).reversed());
            levels = more;
        } else {
            level.hash.put(high, low, session);
        }
    }

    void remove(long high, long low, int length) {
        Level level = level(length);
        if (level == null) {
            return;
        }
        level.hash.remove(high, low);
        if (level.hash.isEmpty()) {
            levels = Arrays.stream(levels).filter(l -> l.length != length).toArray(Level[]::new);
        }
    }

    private @Nullable Level level(int length) {
        for (Level level : levels) {
            if (level.length == length) {
                return level;
            }
        }
        return null;
    }
}
