package io.sallyport.core.support;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.session.SessionLifecycle;
import java.net.InetSocketAddress;

/** For sessions without a core around them. */
public final class NoLifecycle implements SessionLifecycle {
    @Override
    public void up(Session session) {}

    @Override
    public void moved(Session session, InetSocketAddress from, InetSocketAddress to) {}

    @Override
    public void changed(Session session) {}

    @Override
    public void handedOver(Session session, ByteBuf frame) {
        frame.release();
    }

    @Override
    public void forget(Session session) {}

    @Override
    public void release(Session session) {}

    @Override
    public void closed(Session session, CloseReason reason) {}
}
