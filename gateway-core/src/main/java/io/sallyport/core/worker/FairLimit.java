package io.sallyport.core.worker;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Places for those who have proven nothing, in all and by source. While there is plenty of room a source may have as many as it likes, because a site of many users comes from one
 * address; once more than half is taken, nobody may hold more than a small part of what is left, so that a few dozen together leave places to others. From any thread.
 */
public final class FairLimit {
    /** What part of the free places one source may hold once more than half are taken, and one in any case. */
    public static final int SHARE = 16;

    private static final int IPV4_IN_MAPPED = 12;
    private static final int IPV6_PREFIX_OCTETS = 8;

    private final AtomicInteger all = new AtomicInteger();
    private final ConcurrentMap<Long, Integer> bySource = new ConcurrentHashMap<>();

    /** False when there is no room for one more of this source; when true, {@link #leave} must follow once. */
    public boolean enter(InetAddress from, int limit) {
        return enter(from, limit, limit, false);
    }

    /**
     * The same.
     *
     * @param perSource more than this a source never has
     * @param crowded as if half were taken, however many are
     */
    public boolean enter(InetAddress from, int limit, int perSource, boolean crowded) {
        int total = all.incrementAndGet();
        int own = bySource.merge(source(from), 1, Integer::sum);
        boolean plenty = !crowded && total <= limit / 2;
        int most = plenty ? perSource : Math.min(perSource, Math.max(1, Math.min(limit - total, limit / 2) / SHARE));
        if (total > limit || own > most) {
            leave(from);
            return false;
        }
        return true;
    }

    public void leave(InetAddress from) {
        bySource.computeIfPresent(source(from), (source, held) -> held == 1 ? null : held - 1);
        all.decrementAndGet();
    }

    public int count() {
        return all.get();
    }

    /** How many sources are remembered: none that has no place. */
    public int sources() {
        return bySource.size();
    }

    /** An IPv4 address, also one mapped into IPv6, as its 32 bits; an IPv6 address as its first 64, which are never below 2^32 for a global address. */
    public static long source(InetAddress from) {
        byte[] octets = from.getAddress();
        boolean ipv4 = from instanceof Inet4Address;
        boolean mapped = !ipv4 && isMapped(octets);
        int begin = mapped ? IPV4_IN_MAPPED : 0;
        int end = ipv4 || mapped ? octets.length : IPV6_PREFIX_OCTETS;
        long source = 0;
        for (int i = begin; i < end; i++) {
            source = source << 8 | (octets[i] & 0xff);
        }
        return source;
    }

    private static boolean isMapped(byte[] octets) {
        for (int i = 0; i < 10; i++) {
            if (octets[i] != 0) {
                return false;
            }
        }
        return (octets[10] & 0xff) == 0xff && (octets[11] & 0xff) == 0xff;
    }
}
