package io.sallyport.openvpn.server;

import io.sallyport.core.worker.FairLimit;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** Handshakes under way on all workers, in all and by source, and of those the ones whose address may be anybody's. From any thread. */
final class HalfOpen {
    /** What part of the table those may hold whose address is not proven. */
    static final int UNPROVEN_SHARE = 8;

    private final FairLimit all = new FairLimit();
    private final AtomicInteger unproven = new AtomicInteger();

    /** False when there is no room for one more of this source; when true, {@link #leave} must follow. */
    boolean enter(InetAddress from, int limit) {
        return all.enter(from, limit);
    }

    void leave(InetAddress from) {
        all.leave(from);
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
        return all.count();
    }
}
