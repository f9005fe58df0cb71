package io.sallyport.core.udp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.sallyport.core.posix.Errno;
import io.sallyport.core.posix.Posix;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker's UDP socket on epoll, with recvmmsg and sendmmsg. */
final class UdpEdge implements DatagramEdge {
    private static final Logger log = LoggerFactory.getLogger(UdpEdge.class);
    private static final int BATCHES_PER_WAKE_UP = 4;
    private static final EpollIoOps IN = EpollIoOps.EPOLLIN;
    private static final EpollIoOps IN_AND_OUT = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLOUT);

    private final int index;
    private final InetSocketAddress localAddress;
    private final Worker worker;
    private final DatagramReceiver receiver;
    private final FileDescriptor fd;
    private final Arena arena = Arena.ofShared();
    private final ReceiveBatch batch;
    private final SendQueue queue;
    private @Nullable IoRegistration registration;
    private boolean blocked;
    private boolean closed;

    /** Owns the socket from now on. */
    UdpEdge(int index, UdpSocket.Bound socket, Worker worker, DatagramReceiver receiver) {
        this.index = index;
        this.localAddress = socket.address();
        this.worker = worker;
        this.receiver = receiver;
        this.fd = new FileDescriptor(socket.fd());
        Posix posix = new Posix(arena);
        batch = new ReceiveBatch(arena, posix, localAddress);
        queue = new SendQueue(
                arena,
                (messages, count) -> posix.sendmmsg(socket.fd(), messages, count, Messages.MSG_DONTWAIT),
                localAddress.getAddress().isAnyLocalAddress(),
                worker.verdicts());
    }

    /** Begins to receive; from any thread but another worker's that waits for this one. */
    void start() throws ListenException {
        var registered = worker.eventLoop().register(new Handle()).awaitUninterruptibly();
        if (!registered.isSuccess()) {
            throw new ListenException("UDP port " + localAddress.getPort() + " cannot be watched for datagrams ("
                    + registered.cause() + "): check the limits of this process.");
        }
        IoRegistration watched = registered.getNow();
        worker.execute(() -> {
            registration = watched;
            worker.whenEnding(this::close);
            watch(IN);
        });
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public void accept(ByteBuf datagram, UdpPath path) {
        if (closed) {
            worker.verdicts().count(Verdict.SEND_FAILED);
            datagram.release();
            return;
        }
        queue.add(datagram, path);
        if (queue.count() >= SendQueue.BATCH) {
            flush();
        }
    }

    @Override
    public void flush() {
        // while the socket is full, EPOLLOUT says when to go on
        if (closed || blocked || queue.send()) {
            return;
        }
        blocked = true;
        watch(IN_AND_OUT);
    }

    private void writable() {
        blocked = false;
        flush();
        if (!blocked) {
            watch(IN);
        }
    }

    private void readable() {
        for (int i = 0; i < BATCHES_PER_WAKE_UP && !closed; i++) {
            int received = batch.receive(fd.intValue());
            if (received <= 0) {
                refused(-received);
                return;
            }
            deliver(received);
            if (received < ReceiveBatch.SIZE) {
                return;
            }
        }
    }

    private void deliver(int received) {
        for (int i = 0; i < received && !closed; i++) {
            if (batch.truncated(i)) {
                worker.verdicts().count(Verdict.TRUNCATED);
                continue;
            }
            try {
                receiver.accept(this, batch.path(i), batch.take(i));
            } catch (RuntimeException | Error bug) {
                worker.report("a datagram", bug);
            }
        }
        try {
            receiver.flush();
        } catch (RuntimeException | Error bug) {
            worker.report("the end of a batch of datagrams", bug);
        }
    }

    /** An ICMP error of an earlier datagram may arrive here and is over once read; a socket that is none any more would be reported for ever. */
    private void refused(int errno) {
        if (errno == Errno.EBADF || errno == Errno.ENOTSOCK || errno == Errno.EINVAL || errno == Errno.EFAULT) {
            log.error("UDP {} cannot be read any more (errno {}) and is closed", localAddress, errno);
            close();
        }
    }

    private void watch(EpollIoOps operations) {
        if (registration != null && registration.isValid()) {
            registration.submit(operations);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        flush();
        closed = true;
        if (registration != null) {
            registration.cancel();
        }
        discard();
    }

    /** Gives everything back; the loop no longer knows the socket. */
    private void discard() {
        closed = true;
        queue.release();
        batch.release();
        try {
            fd.close();
        } catch (IOException e) {
            log.warn("UDP {} did not close cleanly", localAddress, e);
        }
        arena.close();
    }

    /** A socket that never got as far as {@link #start}. */
    void abandon() {
        discard();
    }

    private final class Handle implements EpollIoHandle {
        @Override
        public FileDescriptor fd() {
            return fd;
        }

        @Override
        public void handle(IoRegistration from, IoEvent event) {
            if (blocked) {
                writable();
            }
            if (!closed) {
                readable();
            }
        }

        /** The loop ends. */
        @Override
        public void close() {
            UdpEdge.this.close();
        }
    }
}
