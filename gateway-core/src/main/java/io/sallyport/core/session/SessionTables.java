package io.sallyport.core.session;

import io.netty.buffer.ByteBuf;

/** What {@code core.forward} does for {@link Sessions}; on the session's worker. */
public interface SessionTables {
    /** From now on the session's lease and framed routes lead to it. */
    void enter(Session session);

    /** Nothing leads to it any more; harmless when it never entered. */
    void leave(Session session);

    /** A frame for it came from another worker; takes the buffer. The caller flushes the session. */
    void handedOver(Session session, ByteBuf frame);
}
