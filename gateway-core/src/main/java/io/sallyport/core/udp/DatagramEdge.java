package io.sallyport.core.udp;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;

/** One worker's socket on one configured address: protocols never see whether Netty, recvmmsg or a test's wire carries the datagrams. */
public interface DatagramEdge {
    /** Which of the listening addresses this is: the same on every worker, so a session that moved finds its own worker's edge. */
    int index();

    /** As bound; the address may be the wildcard. */
    InetSocketAddress localAddress();

    /** Queues a datagram; takes the buffer and releases it on every path. What the socket cannot take is dropped and counted. */
    void accept(ByteBuf datagram, UdpPath path);

    /** Sends what is queued. */
    void flush();

    /** Stops receiving, sends what is queued, closes the socket; on the worker. */
    void close();
}
