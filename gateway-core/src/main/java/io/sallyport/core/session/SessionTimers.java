package io.sallyport.core.session;

import io.sallyport.core.worker.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What ends a session in its time: its session timeout and its idle timeout. They run while it is up; on its worker. */
final class SessionTimers {
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final Session session;
    private @Nullable Duration sessionTimeout;
    private @Nullable Duration idleTimeout;
    private @Nullable Timer deadline;
    private @Nullable IdleWatch idleWatch;

    SessionTimers(Session session) {
        this.session = session;
        this.sessionTimeout = session.grant().sessionTimeout();
        this.idleTimeout = session.grant().idleTimeout();
    }

    void start() {
        armDeadline();
        armIdleWatch();
    }

    /** Null leaves a timeout as it is, zero or less means none; what changes is counted from now. */
    void change(@Nullable Duration total, @Nullable Duration idle, boolean running) {
        if (total != null) {
            sessionTimeout = total;
        }
        if (idle != null) {
            idleTimeout = idle;
        }
        if (running && total != null) {
            armDeadline();
        }
        if (running && idle != null) {
            armIdleWatch();
        }
    }

    void stop() {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
        if (idleWatch != null) {
            idleWatch.stop();
            idleWatch = null;
        }
    }

    private void armDeadline() {
        if (deadline != null) {
            deadline.cancel();
        }
        deadline = sessionTimeout == null || !sessionTimeout.isPositive()
                ? null
                : session.worker().schedule(nanos(sessionTimeout), () -> session.close(CloseReason.SESSION_TIMEOUT));
    }

    private void armIdleWatch() {
        if (idleWatch != null) {
            idleWatch.stop();
        }
        idleWatch =
                idleTimeout == null || !idleTimeout.isPositive() ? null : IdleWatch.start(session, nanos(idleTimeout));
    }

    /** A time beyond what nanoseconds can count is a long time. */
    private static long nanos(Duration timeout) {
        return timeout.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : timeout.toNanos();
    }
}
