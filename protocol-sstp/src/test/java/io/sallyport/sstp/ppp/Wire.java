package io.sallyport.sstp.ppp;

import java.util.PriorityQueue;
import java.util.Random;

/** A manual clock with what happens at its times, and a wire that loses, doubles and reorders by a seed. */
final class Wire {
    private record Event(long at, long order, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at == other.at ? Long.compare(order, other.order) : Long.signum(at - other.at);
        }
    }

    static final long MILLI = 1_000_000L;
    static final long SECOND = 1000 * MILLI;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Random random;
    private final int lossPercent;
    private long order;
    private long now;

    Wire(long seed, int lossPercent) {
        this(seed, lossPercent, 1_000 * SECOND);
    }

    /** @param start what the clock says at first; it may be negative, and may wrap */
    Wire(long seed, int lossPercent, long start) {
        this.now = start;
        this.random = new Random(seed);
        this.lossPercent = lossPercent;
    }

    long now() {
        return now;
    }

    void at(long time, Runnable what) {
        events.add(new Event(time - now > 0 ? time : now, order++, what));
    }

    /** 10 ms each way, in order; with loss, up to 90 ms more, and one in twenty arrives twice. */
    void carry(Runnable arrival) {
        if (random.nextInt(100) < lossPercent) {
            return;
        }
        at(now + delay(), arrival);
        if (lossPercent > 0 && random.nextInt(20) == 0) {
            at(now + delay(), arrival);
        }
    }

    /** Lets the time pass; a bounded number of events. */
    void run(long nanos) {
        long end = now + nanos;
        for (int i = 0; !events.isEmpty() && events.peek().at - end <= 0; i++) {
            if (i > 20_000) {
                throw new AssertionError("the ends do not come to rest");
            }
            Event event = events.poll();
            now = event.at;
            event.what.run();
        }
        now = end;
    }

    private long delay() {
        return 10 * MILLI + (lossPercent > 0 ? random.nextInt(90) * MILLI : 0);
    }
}
