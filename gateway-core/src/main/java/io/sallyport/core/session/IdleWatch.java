package io.sallyport.core.session;

import java.util.concurrent.TimeUnit;

/** Closes a session that has carried nothing, either way, for its idle timeout; looks eight times in that time, so it may be an eighth late. */
final class IdleWatch {
    private static final long SHORTEST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Session session;
    private final long timeoutNanos;
    private final long lookNanos;
    private long seenPackets;
    private long quietSince;

    private IdleWatch(Session session, long timeoutNanos) {
        this.session = session;
        this.timeoutNanos = timeoutNanos;
        this.lookNanos = Math.max(SHORTEST_LOOK_NANOS, timeoutNanos / 8);
        this.quietSince = session.worker().nanoTime();
    }

    /** On the session's worker. */
    static void start(Session session, long timeoutNanos) {
        new IdleWatch(session, timeoutNanos).lookLater();
    }

    private void lookLater() {
        session.worker().schedule(lookNanos, this::look);
    }

    private void look() {
        if (session.state() == Session.State.CLOSED) {
            return;
        }
        long packets = session.traffic().upPackets() + session.traffic().downPackets();
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
}
