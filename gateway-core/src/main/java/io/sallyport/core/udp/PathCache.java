package io.sallyport.core.udp;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the {@link UdpPath} of raw addresses: {@value #SETS} sets of {@value #WAYS}. A flood of made-up sources only ever fights for the last way of a set; a path
 * that is met there a second time moves to one of the others. So memory is fixed, and those who send more than once stay known.
 */
final class PathCache {
    static final int SETS = 1024;
    static final int WAYS = 8;

    private static final int WORDS = 5;
    private static final int PROBATION = WAYS - 1;

    private final long[] keys = new long[SETS * WAYS * WORDS];
    private final @Nullable UdpPath[] paths = new UdpPath[SETS * WAYS];
    // so that nobody can choose addresses that share a set
    private final long seed = ThreadLocalRandom.current().nextLong() | 1;
    private int hand;

    @Nullable
    UdpPath find(long peerHigh, long peerLow, long portAndScope, long localHigh, long localLow) {
        int first = set(peerHigh, peerLow, portAndScope, localHigh, localLow) * WAYS;
        for (int way = 0; way < WAYS; way++) {
            int at = (first + way) * WORDS;
            if (keys[at + 1] == peerLow
                    && keys[at + 2] == portAndScope
                    && keys[at + 4] == localLow
                    && keys[at] == peerHigh
                    && keys[at + 3] == localHigh
                    && paths[first + way] != null) {
                UdpPath path = paths[first + way];
                if (way == PROBATION) {
                    promote(first);
                }
                return path;
            }
        }
        return null;
    }

    /** Remembers a path that {@link #find} did not find, in a free place or instead of another. */
    void remember(long peerHigh, long peerLow, long portAndScope, long localHigh, long localLow, UdpPath path) {
        int first = set(peerHigh, peerLow, portAndScope, localHigh, localLow) * WAYS;
        int way = 0;
        while (way < PROBATION && paths[first + way] != null) {
            way++;
        }
        int at = (first + way) * WORDS;
        keys[at] = peerHigh;
        keys[at + 1] = peerLow;
        keys[at + 2] = portAndScope;
        keys[at + 3] = localHigh;
        keys[at + 4] = localLow;
        paths[first + way] = path;
    }

    private void promote(int first) {
        hand = (hand + 1) % PROBATION;
        int from = first + PROBATION;
        int to = first + hand;
        for (int word = 0; word < WORDS; word++) {
            long key = keys[to * WORDS + word];
            keys[to * WORDS + word] = keys[from * WORDS + word];
            keys[from * WORDS + word] = key;
        }
        UdpPath path = paths[to];
        paths[to] = paths[from];
        paths[from] = path;
    }

    private int set(long peerHigh, long peerLow, long portAndScope, long localHigh, long localLow) {
        long hash = seed;
        hash = mix(hash ^ peerHigh);
        hash = mix(hash ^ peerLow);
        hash = mix(hash ^ portAndScope);
        hash = mix(hash ^ localHigh);
        hash = mix(hash ^ localLow);
        return (int) hash & (SETS - 1);
    }

    /** The finaliser of MurmurHash3 for 64 bits. */
    private static long mix(long value) {
        long z = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        z = (z ^ z >>> 33) * 0xc4ceb9fe1a85ec53L;
        return z ^ z >>> 33;
    }
}
