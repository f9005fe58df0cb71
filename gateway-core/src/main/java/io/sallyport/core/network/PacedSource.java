package io.sallyport.core.network;

import io.sallyport.core.worker.Worker;
import java.util.concurrent.TimeUnit;

/** Sends packets at an even rate, in small batches on its worker; when the worker was busy it catches up, a batch at a time. */
public final class PacedSource {
    private static final int BATCH = 128;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Worker worker;
    private final MemoryQueue queue;
    private final UdpPackets packets;
    private final int packetsPerSecond;
    private final long count;
    private final Runnable turn = this::turn;
    private long startNanos;
    private volatile long sent;
    private volatile boolean stopped;

    PacedSource(Worker worker, MemoryQueue queue, UdpPackets packets, int packetsPerSecond, long count) {
        if (packetsPerSecond < 1 || count < 0) {
            throw new IllegalArgumentException(packetsPerSecond + " packets a second, " + count + " in all");
        }
        this.worker = worker;
        this.queue = queue;
        this.packets = packets;
        this.packetsPerSecond = packetsPerSecond;
        this.count = count;
    }

    void start() {
        startNanos = worker.nanoTime();
        turn();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written on the worker alone
    private void turn() {
        long due = Math.min(count, due(worker.nanoTime() - startNanos));
        long batch = Math.min(BATCH, due - sent);
        for (long i = 0; i < batch && !isDone(); i++) {
            queue.emit(packets.frame(sent));
            sent++;
        }
        queue.emitted();
        if (!isDone()) {
            worker.schedule(sent < due ? 0 : TICK_NANOS, turn);
        }
    }

    private long due(long elapsedNanos) {
        long seconds = elapsedNanos / SECOND;
        return 1 + seconds * packetsPerSecond + (elapsedNanos % SECOND) * packetsPerSecond / SECOND;
    }

    /** Packets sent so far; from any thread. */
    public long sent() {
        return sent;
    }

    /** Whether all were sent, or it was stopped; from any thread. */
    public boolean isDone() {
        return stopped || sent >= count || queue.isClosed();
    }

    /** From any thread; at most a batch follows. */
    public void stop() {
        stopped = true;
    }
}
