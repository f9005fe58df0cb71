package io.sallyport.core.port443;

import io.sallyport.core.worker.FairLimit;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts connections that have come to nothing yet, overall and by source; from any thread. */
final class UndecidedLimit {
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
        if (bySource.merge(FairLimit.source(source), 1, Integer::sum) > perSource) {
            leave(source);
            return false;
        }
        return true;
    }

    void leave(InetAddress source) {
        bySource.computeIfPresent(FairLimit.source(source), (key, count) -> count == 1 ? null : count - 1);
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
}
