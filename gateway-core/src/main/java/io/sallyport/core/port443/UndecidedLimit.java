package io.sallyport.core.port443;

import io.sallyport.core.worker.FairLimit;
import java.net.InetAddress;

/** Counts connections that have come to nothing yet, overall and by source; from any thread. */
final class UndecidedLimit {
    private final int perSource;
    private final int overall;
    private final FairLimit places = new FairLimit();

    UndecidedLimit(int perSource, int overall) {
        this.perSource = perSource;
        this.overall = overall;
    }

    /** True when there is room: then {@link #leave} must follow once. */
    boolean enter(InetAddress source) {
        return places.enter(source, overall, perSource, false);
    }

    /** For a connection whose source a proxy will tell: counted overall alone. True when there is room: then {@link #leaveUntold} or {@link #tell} must follow once. */
    boolean enterUntold() {
        return places.enterUntold(overall);
    }

    /** True when the source has room: then {@link #leave} must follow once. Else the connection is counted no more. */
    boolean tell(InetAddress source) {
        return places.tell(source, overall, perSource, false);
    }

    void leave(InetAddress source) {
        places.leave(source);
    }

    void leaveUntold() {
        places.leaveUntold();
    }

    int undecided() {
        return places.count();
    }

    int sources() {
        return places.sources();
    }
}
