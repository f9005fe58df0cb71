package io.sallyport.core.tun;

import io.netty.channel.unix.FileDescriptor;
import io.sallyport.core.network.Network;
import io.sallyport.core.network.NetworkQueue;
import io.sallyport.core.network.NetworkReceiver;
import io.sallyport.core.worker.Worker;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TUN device of Linux with a queue for each worker. It is made when opened and gone when closed, or when the process ends. Its addresses, MTU and state are set by others:
 * until it is up, nothing comes and what is written is dropped.
 */
public final class TunDevice implements Network {
    private static final Logger log = LoggerFactory.getLogger(TunDevice.class);

    private final String name;
    private final int mtu;
    private final Runnable onLost;
    private final Deque<FileDescriptor> unattached = new ArrayDeque<>();
    private final List<TunQueue> queues = new ArrayList<>();
    private final AtomicBoolean lost = new AtomicBoolean();
    private boolean closed;

    private TunDevice(String name, int mtu, List<Integer> descriptors, Runnable onLost) {
        this.name = name;
        this.mtu = mtu;
        this.onLost = onLost;
        descriptors.forEach(fd -> unattached.add(new FileDescriptor(fd)));
    }

    /**
     * Makes the device.
     *
     * @param mtu the largest IP packet, in octets, at most {@code PacketBuffers.MAX_PACKET}; setting it on the device is the caller's part
     * @param queues how many workers will attach; all must, because the kernel spreads flows over all queues
     * @param onLost called once, on some worker, when the device is deleted by somebody else
     */
    public static TunDevice open(String name, int mtu, int queues, Runnable onLost) throws TunException {
        if (queues < 1) {
            throw new IllegalArgumentException("queues must be at least 1, not " + queues);
        }
        return new TunDevice(name, mtu, TunOpening.open(name, mtu, queues), onLost);
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
        FileDescriptor fd = unattached.poll();
        if (fd == null) {
            throw new IllegalStateException(
                    name + " was opened with " + queues.size() + " queues, all of them attached");
        }
        TunQueue queue = new TunQueue(this, fd, worker, receiver);
        queues.add(queue);
        queue.start();
        return queue;
    }

    /** By whichever queue sees it first. */
    void lost(int errno) {
        if (lost.compareAndSet(false, true)) {
            log.error("the network device {} is gone (errno {})", name, errno);
            onLost.run();
        }
    }

    /** Closes every queue, each on its worker; the device disappears with the last. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (FileDescriptor fd : unattached) {
            try {
                fd.close();
            } catch (IOException e) {
                log.warn("a queue of {} did not close cleanly", name, e);
            }
        }
        unattached.clear();
        queues.forEach(TunQueue::stop);
    }
}
