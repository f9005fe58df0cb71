package io.sallyport.core.network;

import io.netty.buffer.ByteBuf;

/** One worker's way to the network behind the gateway: a queue of the TUN device, or of the in-memory network. */
public interface NetworkQueue {
    /**
     * Queues an IP packet for the network; takes the buffer and releases it on every path. The packet has at least
     * {@link VirtioNetHeader#OCTETS} octets of room before its first one, which the queue may overwrite.
     */
    void accept(ByteBuf packet);

    /** Writes what is queued. */
    void flush();
}
