package io.sallyport.core.forward;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.session.Session;

/** One worker's way from clients to the network. */
public interface Uplink {
    /**
     * Judges one IP packet of this session's client and queues it for the network, for another client, or drops and counts it. Takes the buffer and releases it
     * on every path. On the session's worker; the packet has {@code PacketBuffers.HEADROOM} octets before its first one.
     */
    void accept(Session session, ByteBuf packet);

    /** The end of the caller's batch. */
    void flush();
}
