package io.sallyport.core.worker;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop and all that lives on it: its sockets, its queue of the network, its sessions. What belongs to a worker is touched by its thread alone, so
 * nothing inside needs a lock. Its number is part of what names a session on the wire, so any worker can tell whose packet it holds.
 */
public final class Worker implements Executor {
    private static final Logger log = LoggerFactory.getLogger(Worker.class);
    private static final long REPORT_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final int number;
    private final IoEventLoop eventLoop;
    private final VerdictCounters verdicts = new VerdictCounters();
    private final HandoffQueue[] inbound;
    private final Deque<Runnable> endings = new ArrayDeque<>();
    private long nextReportNanos = System.nanoTime();

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
        // the loop would keep an exception in the future, where nobody looks
        Runnable reported = () -> {
            try {
                task.run();
            } catch (RuntimeException | Error bug) {
                report("a timer", bug);
            }
        };
        ScheduledFuture<?> future = eventLoop.schedule(reported, Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    /**
     * Gives a packet to another worker; on this worker. Takes the buffer either way; order is kept between any two workers. False when that worker's queue is full, of which
     * packets with an origin get one half: the packet is then released and counted.
     *
     * @param origin where a datagram came from whose sender is not authenticated yet; null for what an authenticated client or the network sent
     */
    public boolean handOver(Worker to, HandoffReceiver receiver, ByteBuf packet, @Nullable Object origin) {
        if (to.inbound[number].offer(receiver, packet, origin)) {
            return true;
        }
        packet.release();
        verdicts.count(Verdict.HANDOFF_FULL);
        return false;
    }

    /**
     * Says that something unchecked came out of a receiver, a bug: counts it and logs it, at most once a second, because a peer may be able to repeat it. On this
     * worker.
     *
     * @param during what the worker was busy with, for the log
     */
    public void report(String during, Throwable bug) {
        verdicts.count(Verdict.INTERNAL_ERROR);
        long now = System.nanoTime();
        if (now - nextReportNanos >= 0) {
            nextReportNanos = now + REPORT_INTERVAL_NANOS;
            log.error("{} failed at {}", this, during, bug);
        }
    }

    /** Has the task run when the workers end, before the loop stops; on this worker. In reverse order, and once. */
    public void whenEnding(Runnable task) {
        endings.addFirst(task);
    }

    /** On this worker. */
    void end() {
        for (Runnable task = endings.pollFirst(); task != null; task = endings.pollFirst()) {
            try {
                task.run();
            } catch (RuntimeException | Error bug) {
                report("its end", bug);
            }
        }
    }

    /** Releases what other workers handed over and nobody took; once all have ended. */
    void discardInbound() {
        for (HandoffQueue queue : inbound) {
            queue.discard();
        }
    }

    @Override
    public String toString() {
        return "worker-" + number;
    }
}
