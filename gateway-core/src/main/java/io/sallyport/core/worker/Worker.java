package io.sallyport.core.worker;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop and all that lives on it: its sockets, its queue of the network, its sessions. What belongs to a worker is touched by its thread alone, so
 * nothing inside needs a lock. Its number is part of what names a session on the wire, so any worker can tell whose packet it holds.
 */
public final class Worker implements Executor {
    private final int number;
    private final IoEventLoop eventLoop;
    private final VerdictCounters verdicts = new VerdictCounters();
    private final HandoffQueue[] inbound;

    Worker(int number, int workers, IoEventLoop eventLoop) {
        this.number = number;
        this.eventLoop = eventLoop;
        this.inbound = new HandoffQueue[workers];
        for (int from = 0; from < workers; from++) {
            inbound[from] = new HandoffQueue(this);
        }
    }

    public int number() {
        return number;
    }

    /** For channels and I/O handles, which live in the packages that ArchUnit lets see channels. */
    public IoEventLoop eventLoop() {
        return eventLoop;
    }

    public VerdictCounters verdicts() {
        return verdicts;
    }

    public boolean inWorker() {
        return eventLoop.inEventLoop();
    }

    /** Runs the task on this worker, soon; from any thread. */
    @Override
    public void execute(Runnable task) {
        eventLoop.execute(task);
    }

    /** Nanoseconds of the monotonic clock that all deadlines are in. */
    public long nanoTime() {
        return System.nanoTime();
    }

    /** Runs the task on this worker after the delay, unless cancelled. */
    public Timer schedule(long delayNanos, Runnable task) {
        ScheduledFuture<?> future = eventLoop.schedule(task, Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    /**
     * Gives a packet to another worker; on this worker. Takes the buffer either way; order is kept between any two workers. False when that worker's queue is full: the
     * packet is then released and counted.
     */
    public boolean handOver(Worker to, HandoffReceiver receiver, ByteBuf packet, @Nullable Object origin) {
        if (to.inbound[number].offer(receiver, packet, origin)) {
            return true;
        }
        packet.release();
        verdicts.count(Verdict.HANDOFF_FULL);
        return false;
    }

    /** When all workers' threads have ended. */
    void discardHandoffs() {
        for (HandoffQueue queue : inbound) {
            queue.discard();
        }
    }

    @Override
    public String toString() {
        return "worker-" + number;
    }
}
