package io.sallyport.core.session;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;

/** What the core does at each turn of a session's life; called on the session's worker. */
public interface SessionLifecycle {
    /** It forwards from now on: enter the tables, tell the log and accounting. */
    void up(Session session);

    void moved(Session session, InetSocketAddress from, InetSocketAddress to);

    /** What it may have has changed. */
    void changed(Session session);

    /** A frame for it came from another worker; takes the buffer. */
    void handedOver(Session session, ByteBuf frame);

    /** Leave every table: afterwards no look-up finds it. */
    void forget(Session session);

    /** The lease returns. */
    void release(Session session);

    /** Tell the log and accounting. */
    void closed(Session session, CloseReason reason);
}
