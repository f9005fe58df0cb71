package io.sallyport.core.support;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sallyport.core.network.Network;
import io.sallyport.core.network.NetworkQueue;
import io.sallyport.core.network.NetworkReceiver;
import io.sallyport.core.worker.Worker;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A network that keeps what clients send, in hex, and sends what a test says. */
public final class FakeNetwork implements Network {
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final Map<Worker, NetworkReceiver> receivers = new ConcurrentHashMap<>();
    private volatile boolean closed;
    /** Runs once, before the next flush of packets: a bug that a test puts there. */
    public volatile @Nullable Runnable nextFlush;

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public int mtu() {
        return 1400;
    }

    @Override
    public NetworkQueue attach(Worker worker, NetworkReceiver receiver) {
        receivers.put(worker, receiver);
        return new Queue();
    }

    /** Whole packets that were flushed toward the network. */
    public List<String> received() {
        return received;
    }

    public boolean closed() {
        return closed;
    }

    /** One frame as one batch through this worker's queue; from any thread. */
    public void send(Worker worker, ByteBuf frame) {
        NetworkReceiver receiver = Objects.requireNonNull(receivers.get(worker));
        worker.execute(() -> {
            receiver.accept(frame);
            receiver.flush();
        });
    }

    @Override
    public void close() {
        closed = true;
    }

    private final class Queue implements NetworkQueue {
        private final List<String> queued = new CopyOnWriteArrayList<>();

        @Override
        public void accept(ByteBuf packet) {
            queued.add(ByteBufUtil.hexDump(packet));
            packet.release();
        }

        @Override
        public void flush() {
            Runnable bug = nextFlush;
            if (bug != null && !queued.isEmpty()) {
                nextFlush = null;
                bug.run();
            }
            received.addAll(queued);
            queued.clear();
        }
    }
}
