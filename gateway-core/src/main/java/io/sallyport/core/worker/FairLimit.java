package io.sallyport.core.worker;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Places for those who have proven nothing, in all and by source. While there is plenty of room a source may have as many as it likes, because a site of many users comes from one
 * address; once more than half is taken, nobody may hold more than a small part of what is left, so that a few dozen together leave places to others. A source is an IPv4 address or
 * a /64 of IPv6; because whoever has a /48 has 65,536 of those, a /48 has then only a few parts. From any thread.
 */
public final class FairLimit {
    /** What part of the free places one source may hold once more than half are taken, and one in any case. */
    public static final int SHARE = 16;
    /** How many sources' parts one /48 of IPv6 may hold then, in which there may be many sources of many people. */
    public static final int SITE_PARTS = 8;

    private static final int IPV4_IN_MAPPED = 12;
    private static final int IPV6_PREFIX_OCTETS = 8;
    /** From a /64 to its /48. */
    private static final int SUBNET_BITS = 16;

    private final AtomicInteger all = new AtomicInteger();
    private final ConcurrentMap<Long, Integer> bySource = new ConcurrentHashMap<>();
    /** Of IPv6 alone. */
    private final ConcurrentMap<Long, Integer> bySite = new ConcurrentHashMap<>();

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
        return enterUntold(limit) && tell(from, limit, perSource, crowded);
    }

    /** For one whose source will be told: counted in all alone. False when there is no room; when true, {@link #leaveUntold} or {@link #tell} must follow once. */
    public boolean enterUntold(int limit) {
        if (all.incrementAndGet() > limit) {
            leaveUntold();
            return false;
        }
        return true;
    }

    /** False when there is no room for one more of this source, and then it is counted no more; when true, {@link #leave} must follow once. */
    public boolean tell(InetAddress from, int limit, int perSource, boolean crowded) {
        int total = all.get();
        long source = source(from);
        int own = bySource.merge(source, 1, Integer::sum);
        int ofSite = isIpv6(source) ? bySite.merge(site(source), 1, Integer::sum) : own;
        boolean plenty = !crowded && total <= limit / 2;
        int part = Math.min(perSource, Math.max(1, Math.min(limit - total, limit / 2) / SHARE));
        if (plenty ? own > perSource : own > part || ofSite > SITE_PARTS * part) {
            leave(from);
            return false;
        }
        return true;
    }

    public void leave(InetAddress from) {
        long source = source(from);
        leave(bySource, source);
        if (isIpv6(source)) {
            leave(bySite, site(source));
        }
        leaveUntold();
    }

    private static void leave(ConcurrentMap<Long, Integer> places, long of) {
        places.computeIfPresent(of, (key, held) -> held == 1 ? null : held - 1);
    }

    public void leaveUntold() {
        all.decrementAndGet();
    }

    public int count() {
        return all.get();
    }

    /** How many sources are remembered: none that has no place. */
    public int sources() {
        return bySource.size();
    }

    private static boolean isIpv6(long source) {
        return source >>> Integer.SIZE != 0;
    }

    private static long site(long source) {
        return source >>> SUBNET_BITS;
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
