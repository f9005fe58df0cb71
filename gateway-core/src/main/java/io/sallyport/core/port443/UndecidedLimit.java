package io.sallyport.core.port443;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts connections that have come to nothing yet, overall and by source; from any thread. */
final class UndecidedLimit {
    private static final int IPV4_IN_MAPPED = 12;
    private static final int IPV6_PREFIX_OCTETS = 8;

    private final int perSource;
    private final int overall;
    private final AtomicInteger total = new AtomicInteger();
    private final ConcurrentHashMap<Long, Integer> bySource = new ConcurrentHashMap<>();

    UndecidedLimit(int perSource, int overall) {
        this.perSource = perSource;
        this.overall = overall;
    }

    /** True when there is room: then {@link #leave} must follow once. */
    boolean enter(InetAddress source) {
        return enterUntold() && tell(source);
    }

    /** For a connection whose source a proxy will tell: counted overall alone. True when there is room: then {@link #leaveUntold} or {@link #tell} must follow once. */
    boolean enterUntold() {
        if (total.incrementAndGet() > overall) {
            total.decrementAndGet();
            return false;
        }
        return true;
    }

    /** True when the source has room: then {@link #leave} must follow once. Else the connection is counted no more. */
    boolean tell(InetAddress source) {
        if (bySource.merge(key(source), 1, Integer::sum) > perSource) {
            leave(source);
            return false;
        }
        return true;
    }

    void leave(InetAddress source) {
        bySource.computeIfPresent(key(source), (key, count) -> count == 1 ? null : count - 1);
        leaveUntold();
    }

    void leaveUntold() {
        total.decrementAndGet();
    }

    int undecided() {
        return total.get();
    }

    int sources() {
        return bySource.size();
    }

    /** An IPv4 address, also one mapped into IPv6, as its 32 bits; an IPv6 address as its first 64, which are never below 2^32 for a global address. */
    private static long key(InetAddress source) {
        byte[] octets = source.getAddress();
        boolean ipv4 = source instanceof Inet4Address;
        boolean mapped = !ipv4 && isMapped(octets);
        int from = mapped ? IPV4_IN_MAPPED : 0;
        int to = ipv4 || mapped ? octets.length : IPV6_PREFIX_OCTETS;
        long key = 0;
        for (int i = from; i < to; i++) {
            key = key << 8 | (octets[i] & 0xff);
        }
        return key;
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
