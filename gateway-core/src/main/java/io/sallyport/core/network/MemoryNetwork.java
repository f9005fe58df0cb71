package io.sallyport.core.network;

import io.sallyport.core.worker.Worker;
import io.sallyport.core.worker.Workers;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A network without a device, for tests and the demo: every address in it answers ICMP and ICMPv6 echo, returns what is sent to UDP port 7, and counts what is sent to UDP
 * port 9; {@link #send} makes any address a paced source of UDP. Answers come on the queue that the packet left by, in a task of their own as a device's would. Checksums are
 * verified, and right in what it sends; it does not reassemble, and everything else disappears in it.
 */
public final class MemoryNetwork implements Network {
    /** RFC 862. */
    public static final int ECHO_PORT = 7;
    /** RFC 863. */
    public static final int DISCARD_PORT = 9;

    private final String name;
    private final int mtu;
    private final UdpSink sink = new UdpSink();
    private final @Nullable MemoryQueue[] queues = new MemoryQueue[Workers.MAX];
    private volatile boolean closed;

    public MemoryNetwork(String name, int mtu) {
        this.name = name;
        this.mtu = mtu;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public synchronized NetworkQueue attach(Worker worker, NetworkReceiver receiver) {
        if (queues[worker.number()] != null) {
            throw new IllegalStateException(worker + " is attached already");
        }
        MemoryQueue queue = new MemoryQueue(this, worker, receiver, sink);
        queues[worker.number()] = queue;
        return queue;
    }

    /** What arrived at port 9 from this address, whatever the worker. From any thread. */
    public Delivered delivered(InetAddress source) {
        return sink.delivered(source);
    }

    /** What arrived at port 9 from all addresses. From any thread. */
    public Delivered delivered() {
        return sink.total();
    }

    /**
     * Sends UDP from an address in the network to a client, by the worker's queue, until the count is reached or the source is stopped. A payload begins with its sequence
     * number, from 0, in eight octets.
     *
     * @param worker whose queue the packets come from; it must be attached
     * @param port of the destination; the source port is {@link #DISCARD_PORT}
     * @param payloadLength 8 octets to what the MTU leaves
     * @param count 0 for no end
     */
    public PacedSource send(
            Worker worker,
            InetAddress source,
            InetAddress destination,
            int port,
            int payloadLength,
            int packetsPerSecond,
            long count) {
        MemoryQueue queue = queue(worker);
        UdpPackets packets = new UdpPackets(source, destination, port, payloadLength);
        if (packets.length() > mtu) {
            throw new IllegalArgumentException(packets.length() + " octets are more than the MTU of " + mtu);
        }
        PacedSource paced =
                new PacedSource(worker, queue, packets, packetsPerSecond, count == 0 ? Long.MAX_VALUE : count);
        worker.execute(paced::start);
        return paced;
    }

    private synchronized MemoryQueue queue(Worker worker) {
        MemoryQueue queue = queues[worker.number()];
        if (queue == null) {
            throw new IllegalStateException(worker + " is not attached");
        }
        return queue;
    }

    boolean isClosed() {
        return closed;
    }

    /** Nothing is delivered afterwards, either way. */
    @Override
    public synchronized void close() {
        closed = true;
        for (MemoryQueue queue : queues) {
            if (queue != null) {
                queue.releaseAnswers();
            }
        }
    }
}
