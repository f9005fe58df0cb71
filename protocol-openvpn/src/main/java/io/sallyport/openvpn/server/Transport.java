package io.sallyport.openvpn.server;

import io.netty.buffer.ByteBuf;

/** How packets reach one peer. */
interface Transport {
    /** False when what waits to be sent has reached its bound: then data packets are dropped. */
    boolean hasRoom();

    /** Queues a packet; takes the buffer, which has at least two octets before its first one. */
    void send(ByteBuf packet);

    void flush();

    /** Sends what is queued; a connection is closed after it, unless it belongs to another peer by now. */
    void end(Peer of);
}
