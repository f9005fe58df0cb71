package io.sallyport.core.session;

import io.sallyport.core.auth.ClientContext;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Learns of sessions, for log lines, metrics and accounting; called on the session's worker, so it must not wait. What it throws is logged and goes no further. */
public interface SessionListener {
    /** It has a lease; its protocol is still negotiating. */
    default void opened(Session session) {}

    /** It forwards packets. */
    default void up(Session session) {}

    /** Its client's outer address changed. */
    default void moved(Session session, InetSocketAddress from, InetSocketAddress to) {}

    /** Its limits or timeouts were changed under way. */
    default void changed(Session session) {}

    /** It is no more; its traffic counts and lease may still be read. Duration since it was opened. */
    default void closed(Session session, CloseReason reason, Duration duration) {}

    /**
     * Somebody was not let in, or gave up half way.
     *
     * @param user who the client says to be, empty when it has not said so
     * @param detail why, precisely; never for the client
     */
    default void refused(ClientContext client, String user, String detail) {}
}
