package io.sallyport.core.network;

import io.netty.buffer.ByteBuf;

/** Takes what the network sends to clients, on the queue's worker. */
public interface NetworkReceiver {
    /**
     * Takes a frame and releases it on every path. A frame is a {@link VirtioNetHeader} followed by an IP packet, which may be a super-packet of up to
     * 65,535 octets that the header says how to cut.
     */
    void accept(ByteBuf frame);

    /** The end of a read batch. */
    void flush();
}
