package io.sallyport.core.worker;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The workers of a process: one event loop each, on Linux's epoll. */
public final class Workers implements AutoCloseable {
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

    /** Ends the event loops once their tasks are done, within 5 s; what is registered on them is closed. Not on a worker. */
    @Override
    public void close() {
        if (group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(6, TimeUnit.SECONDS)) {
            workers.forEach(Worker::discardInbound);
        }
    }
}
