package io.sallyport.sstp.server;

import io.sallyport.core.address.IpPrefix;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Connections without a session that is up, on all workers, in all and by source. While there is plenty of room a source may have as many as it likes, because a site of many users comes from one
 * address; once more than half is taken, nobody may hold more than a small part of it. From any thread.
 */
final class HalfOpen {
    /** What part of the table one source may hold once it is over half full. */
    static final int SHARE = 16;

    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 64;

    private final AtomicInteger all = new AtomicInteger();
    private final ConcurrentMap<IpPrefix, Integer> bySource = new ConcurrentHashMap<>();

    /** False when there is no room for one more of this source; when true, {@link #leave} must follow once. */
    boolean enter(InetAddress from, int limit) {
        int total = all.incrementAndGet();
        int own = bySource.merge(source(from), 1, Integer::sum);
        if (total > limit || (total > limit / 2 && own > Math.max(1, limit / SHARE))) {
            leave(from);
            return false;
        }
        return true;
    }

    void leave(InetAddress from) {
        bySource.computeIfPresent(source(from), (source, held) -> held == 1 ? null : held - 1);
        all.decrementAndGet();
    }

    int count() {
        return all.get();
    }

    /** How many sources are remembered: none that has no connection here. */
    int sources() {
        return bySource.size();
    }

    private static IpPrefix source(InetAddress from) {
        return IpPrefix.around(from, from instanceof Inet4Address ? IPV4_BITS : IPV6_BITS);
    }
}
