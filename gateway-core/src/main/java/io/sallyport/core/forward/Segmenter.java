package io.sallyport.core.forward;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.session.Session;

/** Cuts super-packets, on one worker. */
@FunctionalInterface
public interface Segmenter {
    /**
     * Takes a frame whose {@code VirtioNetHeader} asks for segmentation, and delivers its pieces to the session. The caller flushes the session.
     *
     * @param toSession checks one packet without a virtio header (length, room) and delivers it; takes the buffer
     */
    void cut(ByteBuf frame, Session session, Pieces toSession);

    @FunctionalInterface
    interface Pieces {
        void accept(Session session, ByteBuf packet);
    }
}
