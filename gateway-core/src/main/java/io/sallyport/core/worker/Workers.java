package io.sallyport.core.worker;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The workers of a process: one event loop each, on Linux's epoll. */
public final class Workers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Workers.class);
    private static final int END_SECONDS = 5;

    private final MultiThreadIoEventLoopGroup group;
    private final List<Worker> workers;

    private Workers(MultiThreadIoEventLoopGroup group, List<Worker> workers) {
        this.group = group;
        this.workers = List.copyOf(workers);
    }

    /** @param count at least 1 and at most {@value #MAX}, the most that fits into what names a session on the wire */
    public static Workers start(int count) {
        if (count < 1 || count > MAX) {
            throw new IllegalArgumentException("workers must be 1.." + MAX + ", not " + count);
        }
        var group =
                new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("worker"), EpollIoHandler.newFactory());
        List<Worker> workers = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            workers.add(new Worker(number, count, group.next()));
        }
        return new Workers(group, workers);
    }

    public static final int MAX = 64;

    public List<Worker> all() {
        return workers;
    }

    public Worker get(int number) {
        return workers.get(number);
    }

    public int count() {
        return workers.size();
    }

    /**
     * Runs what {@link Worker#whenEnding} was told, which closes sockets and queues, then ends the event loops; each within 5 s. Not on a worker.
     */
    @Override
    public void close() {
        // the loop itself may end without closing what is registered on it, so that is not left to it
        CountDownLatch ended = new CountDownLatch(workers.size());
        for (Worker worker : workers) {
            try {
                worker.execute(() -> {
                    worker.end();
                    ended.countDown();
                });
            } catch (RejectedExecutionException e) {
                ended.countDown();
            }
        }
        try {
            if (!ended.await(END_SECONDS, TimeUnit.SECONDS)) {
                log.warn("a worker is busy and did not end within {} s", END_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (group.shutdownGracefully(0, END_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(END_SECONDS + 1, TimeUnit.SECONDS)) {
            workers.forEach(Worker::discardInbound);
        }
    }
}
