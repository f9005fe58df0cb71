package io.sallyport.core.session;

import io.sallyport.core.worker.Timer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Closes a session that has carried nothing, either way, for its idle timeout; looks eight times in that time, so it may be an eighth late. */
final class IdleWatch {
    private static final long SHORTEST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Session session;
    private final long timeoutNanos;
    private final long lookNanos;
    private long seenPackets;
    private long quietSince;
    private @Nullable Timer next;

    private IdleWatch(Session session, long timeoutNanos) {
        this.session = session;
        this.timeoutNanos = timeoutNanos;
        this.lookNanos = Math.max(SHORTEST_LOOK_NANOS, timeoutNanos / 8);
        this.quietSince = session.worker().nanoTime();
        this.seenPackets = packets();
    }

    /** On the session's worker. */
    static IdleWatch start(Session session, long timeoutNanos) {
        IdleWatch watch = new IdleWatch(session, timeoutNanos);
        watch.lookLater();
        return watch;
    }

    void stop() {
        if (next != null) {
            next.cancel();
        }
    }

    private void lookLater() {
        next = session.worker().schedule(lookNanos, this::look);
    }

    private void look() {
        long packets = packets();
        long now = session.worker().nanoTime();
        if (packets != seenPackets) {
            seenPackets = packets;
            quietSince = now;
        } else if (now - quietSince >= timeoutNanos) {
            session.close(CloseReason.IDLE_TIMEOUT);
            return;
        }
        lookLater();
    }

    private long packets() {
        return session.traffic().upPackets() + session.traffic().downPackets();
    }
}
