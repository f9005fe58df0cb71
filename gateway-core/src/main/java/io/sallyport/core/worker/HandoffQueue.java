package io.sallyport.core.worker;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jctools.queues.SpscArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From one worker to one other: packets in order, bounded, nothing allocated. An entry is three consecutive elements (receiver, packet, origin), which one
 * producer and one consumer can do without an object around them.
 */
final class HandoffQueue {
    static final int CAPACITY = 1024;

    private static final Logger log = LoggerFactory.getLogger(HandoffQueue.class);
    private static final int ELEMENTS_PER_ENTRY = 3;
    private static final int BATCH = 256;
    private static final Object NO_ORIGIN = new Object();

    private final Worker consumer;
    private final SpscArrayQueue<Object> queue = new SpscArrayQueue<>(CAPACITY * 4);
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Runnable drain = this::drain;
    private final @Nullable HandoffReceiver[] touched = new HandoffReceiver[BATCH];

    HandoffQueue(Worker consumer) {
        this.consumer = consumer;
    }

    boolean offer(HandoffReceiver receiver, ByteBuf packet, @Nullable Object origin) {
        if (queue.size() > (CAPACITY - 1) * ELEMENTS_PER_ENTRY) {
            return false;
        }
        queue.offer(receiver);
        queue.offer(packet);
        queue.offer(origin == null ? NO_ORIGIN : origin);
        schedule();
        return true;
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            try {
                consumer.execute(drain);
            } catch (RejectedExecutionException e) {
                // That worker has ended, and so will this one: discard() releases what is left.
                log.debug("{} has ended", consumer);
            }
        }
    }

    /** Releases what is queued; when both ends' threads have ended. */
    void discard() {
        for (Object element = queue.poll(); element != null; element = queue.poll()) {
            if (element instanceof ByteBuf packet) {
                packet.release();
            }
        }
    }

    private void drain() {
        scheduled.set(false);
        int touchedCount = 0;
        int taken = 0;
        while (taken < BATCH && queue.size() >= ELEMENTS_PER_ENTRY) {
            HandoffReceiver receiver = (HandoffReceiver) queue.poll();
            ByteBuf packet = (ByteBuf) queue.poll();
            Object origin = queue.poll();
            deliver(receiver, packet, origin == NO_ORIGIN ? null : origin);
            touchedCount = remember(receiver, touchedCount);
            taken++;
        }
        flushTouched(touchedCount);
        if (taken == BATCH && !queue.isEmpty()) {
            schedule();
        }
    }

    /** A bug of one receiver costs its packet, not the batch. */
    private void deliver(HandoffReceiver receiver, ByteBuf packet, @Nullable Object origin) {
        try {
            receiver.acceptHandoff(packet, origin);
        } catch (RuntimeException e) {
            log.error("{} did not take a packet", receiver, e);
            consumer.verdicts().count(Verdict.INTERNAL_ERROR);
        }
    }

    private void flushTouched(int count) {
        for (int i = 0; i < count; i++) {
            HandoffReceiver receiver = touched[i];
            touched[i] = null;
            try {
                if (receiver != null) {
                    receiver.flushHandoff();
                }
            } catch (RuntimeException e) {
                log.error("{} was not flushed", receiver, e);
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // the receiver itself is meant
    private int remember(HandoffReceiver receiver, int count) {
        for (int i = count - 1; i >= 0; i--) {
            if (touched[i] == receiver) {
                return count;
            }
        }
        touched[count] = receiver;
        return count + 1;
    }
}
