package io.sallyport.openvpn.server;

import java.net.InetAddress;

/**
 * How many first packets of each source were answered lately: a table of fixed size, so that no flood of sources grows it. A source that finds its place taken
 * wears the other's count down before it gets the place; so sources that each send little cannot be shut out by many others. Belongs to one worker.
 */
final class ResetLimiter {
    static final int SLOTS = 4096;
    static final long WINDOW_SECONDS = 10;

    private final long[] sources = new long[SLOTS];
    private final long[] windows = new long[SLOTS];
    private final int[] counts = new int[SLOTS];
    private final long seed;

    /** @param seed random, so that nobody can choose whose place to take */
    ResetLimiter(long seed) {
        this.seed = seed;
    }

    /** Whether one more first packet of this source may be answered; counts it. */
    boolean allow(InetAddress from, int limit, long nowSeconds) {
        long source = source(from);
        int slot = slot(source);
        long window = Math.floorDiv(nowSeconds, WINDOW_SECONDS);
        if (windows[slot] != window) {
            windows[slot] = window;
            counts[slot] = 0;
            sources[slot] = source;
        }
        if (sources[slot] != source) {
            counts[slot]--;
            if (counts[slot] <= 0) {
                sources[slot] = source;
                counts[slot] = 1;
            }
            return true;
        }
        if (counts[slot] >= limit) {
            return false;
        }
        counts[slot]++;
        return true;
    }

    /** A handshake of this source completed: it was no flood. */
    void completed(InetAddress from) {
        long source = source(from);
        int slot = slot(source);
        if (sources[slot] == source && counts[slot] > 0) {
            counts[slot]--;
        }
    }

    private int slot(long source) {
        long mixed = (source ^ seed) * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 32)) * 0xd6e8feb86659fd93L;
        return (int) (mixed >>> 40) & (SLOTS - 1);
    }

    /** An IPv4 address, or the first 64 bits of an IPv6 address. */
    static long source(InetAddress address) {
        byte[] octets = address.getAddress();
        long source = 0;
        for (int i = 0; i < Math.min(8, octets.length); i++) {
            source = (source << 8) | (octets[i] & 0xff);
        }
        return source;
    }
}
