package io.sallyport.openvpn.server;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Handshakes under way on all workers, in all and by source. While there is plenty of room a source may have as many as it likes, because a site of many users comes from one
 * address; once more than half is taken, nobody may hold more than a small part of it. From any thread.
 */
final class HalfOpen {
    /** What part of the table one source may hold once it is over half full. */
    static final int SHARE = 16;

    /** What part of the table those may hold whose address is not proven. */
    static final int UNPROVEN_SHARE = 8;

    private final AtomicInteger all = new AtomicInteger();
    private final AtomicInteger unproven = new AtomicInteger();
    private final ConcurrentMap<Long, Integer> bySource = new ConcurrentHashMap<>();

    /** False when there is no room for one more of this source; when true, {@link #leave} must follow. */
    boolean enter(InetAddress from, int limit) {
        int total = all.incrementAndGet();
        int own = bySource.merge(ResetLimiter.source(from), 1, Integer::sum);
        if (total > limit || (total > limit / 2 && own > Math.max(1, limit / SHARE))) {
            leave(from);
            return false;
        }
        return true;
    }

    void leave(InetAddress from) {
        bySource.computeIfPresent(ResetLimiter.source(from), (source, held) -> held == 1 ? null : held - 1);
        all.decrementAndGet();
    }

    /**
     * Of those that {@link #enter} admitted, one whose address may be anybody's; when true, {@link #prove} must follow.
     */
    boolean enterUnproven(int limit) {
        if (unproven.incrementAndGet() > Math.max(1, limit / UNPROVEN_SHARE)) {
            unproven.decrementAndGet();
            return false;
        }
        return true;
    }

    /** It has received what was sent to it, or is over. */
    void prove() {
        unproven.decrementAndGet();
    }

    int count() {
        return all.get();
    }

    /** How many sources are remembered: none that has no handshake under way. */
    int sources() {
        return bySource.size();
    }
}
