package io.sallyport.core.worker;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * From one worker to one other: packets in order, bounded, nothing allocated. An entry is three consecutive elements (receiver, packet, origin), which one
 * producer and one consumer can do without an object around them. Entries with an origin are datagrams of peers that nobody has authenticated yet: they get half of the room
 * at most, so that a flood of them does not keep the network's packets from clients.
 */
final class HandoffQueue {
    static final int CAPACITY = 1024;
    static final int MOST_WITH_ORIGIN = CAPACITY / 2;

    private static final int ELEMENTS_PER_ENTRY = 3;
    private static final int BATCH = 256;
    private static final Object NO_ORIGIN = new Object();

    private final Worker consumer;
    private final SpscVarHandleArrayQueue<Object> queue = new SpscVarHandleArrayQueue<>(CAPACITY * 4);
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Runnable drain = this::drain;
    /** Entries with an origin, ever: offered, which the producer alone uses, and taken, which the consumer alone writes. */
    private long originsOffered;

    private final AtomicLong originsTaken = new AtomicLong();
    private final @Nullable HandoffReceiver[] touched = new HandoffReceiver[BATCH];

    HandoffQueue(Worker consumer) {
        this.consumer = consumer;
    }

    boolean offer(HandoffReceiver receiver, ByteBuf packet, @Nullable Object origin) {
        if (queue.size() > (CAPACITY - 1) * ELEMENTS_PER_ENTRY) {
            return false;
        }
        if (origin != null) {
            if (originsOffered - originsTaken.getOpaque() >= MOST_WITH_ORIGIN) {
                return false;
            }
            originsOffered++;
        }
        queue.offer(receiver);
        queue.offer(packet);
        queue.offer(origin == null ? NO_ORIGIN : origin);
        schedule();
        return true;
    }

    private void drain() {
        scheduled.set(false);
        int touchedCount = 0;
        int taken = 0;
        while (taken < BATCH && queue.size() >= ELEMENTS_PER_ENTRY) {
            HandoffReceiver receiver = (HandoffReceiver) queue.poll();
            ByteBuf packet = (ByteBuf) queue.poll();
            Object origin = queue.poll();
            if (origin == NO_ORIGIN) {
                accept(receiver, packet, null);
            } else {
                originsTaken.setOpaque(originsTaken.getPlain() + 1);
                accept(receiver, packet, origin);
            }
            touchedCount = remember(receiver, touchedCount);
            taken++;
        }
        for (int i = 0; i < touchedCount; i++) {
            flush(Objects.requireNonNull(touched[i]));
            touched[i] = null;
        }
        if (taken == BATCH && !queue.isEmpty()) {
            schedule();
        }
    }

    private void schedule() {
        if (!scheduled.compareAndSet(false, true)) {
            return;
        }
        try {
            consumer.execute(drain);
        } catch (RejectedExecutionException e) {
            // the consumer has ended; Workers.close releases what is left
            scheduled.set(false);
        }
    }

    /** A bug in one receiver costs that packet, not those behind it. The packet was the receiver's from the call on. */
    private void accept(HandoffReceiver receiver, ByteBuf packet, @Nullable Object origin) {
        try {
            receiver.acceptHandoff(packet, origin);
        } catch (RuntimeException | Error bug) {
            consumer.report("a packet from another worker", bug);
        }
    }

    private void flush(HandoffReceiver receiver) {
        try {
            receiver.flushHandoff();
        } catch (RuntimeException | Error bug) {
            consumer.report("the end of a batch from another worker", bug);
        }
    }

    /** Releases what nobody will take any more; once neither worker runs. */
    void discard() {
        for (Object element = queue.poll(); element != null; element = queue.poll()) {
            if (element instanceof ByteBuf packet) {
                packet.release();
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
