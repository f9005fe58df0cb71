package io.sallyport.core.udp;

import io.netty.buffer.ByteBuf;

/** What a protocol does with the datagrams of an edge, on the edge's worker. */
public interface DatagramReceiver {
    /** Takes the datagram and releases it on every path; throws nothing. The buffer has {@code PacketBuffers.HEADROOM} before its first octet. */
    void accept(DatagramEdge edge, UdpPath path, ByteBuf datagram);

    /** The end of a receive batch. */
    void flush();
}
