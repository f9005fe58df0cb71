package io.sallyport.core.tun;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.sallyport.core.network.NetworkQueue;
import io.sallyport.core.network.NetworkReceiver;
import io.sallyport.core.network.VirtioNetHeader;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.posix.BufferAddress;
import io.sallyport.core.posix.Errno;
import io.sallyport.core.posix.Posix;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One queue of the device on one worker's epoll: a system call reads or writes one frame. */
final class TunQueue implements NetworkQueue {
    private static final Logger log = LoggerFactory.getLogger(TunQueue.class);
    private static final int BATCH = 64;
    private static final int BATCHES_PER_WAKE_UP = 4;
    private static final int FRAME_AT = PacketBuffers.HEADROOM - VirtioNetHeader.OCTETS;

    private final TunDevice device;
    private final FileDescriptor fd;
    private final Worker worker;
    private final NetworkReceiver receiver;
    private final Arena arena = Arena.ofShared();
    private final Posix posix = new Posix(arena);
    private final @Nullable ByteBuf[] waiting = new ByteBuf[BATCH];
    private int waitingCount;
    private @Nullable ByteBuf spare;
    private @Nullable IoRegistration registration;
    private boolean closed;

    TunQueue(TunDevice device, FileDescriptor fd, Worker worker, NetworkReceiver receiver) {
        this.device = device;
        this.fd = fd;
        this.worker = worker;
        this.receiver = receiver;
    }

    void start() {
        var registered = worker.eventLoop().register(new Handle()).awaitUninterruptibly();
        if (!registered.isSuccess()) {
            throw new IllegalStateException(device.name() + " cannot be watched by epoll", registered.cause());
        }
        IoRegistration watched = registered.getNow();
        worker.execute(() -> {
            registration = watched;
            worker.whenEnding(this::close);
            watched.submit(EpollIoOps.EPOLLIN);
        });
    }

    /** Closes on the worker; if that has ended, its loop has closed this. */
    void stop() {
        if (worker.inWorker()) {
            close();
            return;
        }
        try {
            worker.execute(this::close);
        } catch (RejectedExecutionException e) {
            log.debug("{} has ended before the device", worker);
        }
    }

    @Override
    public void accept(ByteBuf packet) {
        if (closed) {
            worker.verdicts().count(Verdict.SEND_FAILED);
            packet.release();
            return;
        }
        waiting[waitingCount++] = writable(packet);
        if (waitingCount == BATCH) {
            flush();
        }
    }

    /** The kernel takes a packet or refuses it at once, so nothing waits here for longer than a batch. */
    @Override
    public void flush() {
        int count = waitingCount;
        waitingCount = 0;
        for (int i = 0; i < count; i++) {
            ByteBuf packet = waiting[i];
            waiting[i] = null;
            if (packet == null) {
                continue;
            }
            try {
                write(packet);
            } finally {
                packet.release();
            }
        }
    }

    private void write(ByteBuf packet) {
        if (closed) {
            worker.verdicts().count(Verdict.SEND_FAILED);
            return;
        }
        // only now: these octets may be the end of the packet before, which is written
        int at = packet.readerIndex() - VirtioNetHeader.OCTETS;
        VirtioNetHeader.setNone(packet, at);
        int written = posix.write(
                fd.intValue(), BufferAddress.of(packet, at), packet.readableBytes() + VirtioNetHeader.OCTETS);
        if (written < 0) {
            refused(-written);
        }
    }

    private void refused(int errno) {
        switch (errno) {
            case Errno.EAGAIN, Errno.ENOBUFS, Errno.ENOMEM -> worker.verdicts().count(Verdict.NETWORK_FULL);
            case Errno.EINVAL -> worker.verdicts().count(Verdict.MALFORMED_IP);
            case Errno.EBADFD, Errno.EBADF -> {
                worker.verdicts().count(Verdict.SEND_FAILED);
                lost(errno);
            }
            // EIO: the device is down
            default -> worker.verdicts().count(Verdict.SEND_FAILED);
        }
    }

    private void readable() {
        for (int i = 0; i < BATCHES_PER_WAKE_UP && !closed; i++) {
            int frames = 0;
            while (frames < BATCH && !closed && readFrame()) {
                frames++;
            }
            if (frames > 0) {
                endBatch();
            }
            if (frames < BATCH) {
                return;
            }
        }
    }

    /** Reads a frame and gives it to the receiver; false when there is none. */
    private boolean readFrame() {
        ByteBuf frame = spare == null ? PacketBuffers.take() : spare;
        spare = frame;
        frame.setIndex(FRAME_AT, FRAME_AT);
        int room = frame.capacity() - FRAME_AT;
        int length = posix.read(fd.intValue(), BufferAddress.of(frame, FRAME_AT), room);
        if (length <= 0) {
            if (length != -Errno.EAGAIN && length != -Errno.EINTR && length != -Errno.ENOMEM) {
                lost(-length);
            }
            return false;
        }
        if (length == room || length <= VirtioNetHeader.OCTETS) {
            worker.verdicts().count(length == room ? Verdict.TRUNCATED : Verdict.MALFORMED_IP);
            return true;
        }
        spare = null;
        try {
            receiver.accept(frame.writerIndex(FRAME_AT + length));
        } catch (RuntimeException | Error bug) {
            worker.report("a packet of the network", bug);
        }
        return true;
    }

    private void endBatch() {
        try {
            receiver.flush();
        } catch (RuntimeException | Error bug) {
            worker.report("the end of a batch of the network", bug);
        }
    }

    /** A descriptor whose device is gone stays readable for ever: it is closed at once. */
    private void lost(int errno) {
        if (!closed) {
            close();
            try {
                device.lost(errno);
            } catch (RuntimeException | Error bug) {
                worker.report("the loss of the network device", bug);
            }
        }
    }

    private void close() {
        if (closed) {
            return;
        }
        flush();
        closed = true;
        if (registration != null) {
            registration.cancel();
        }
        if (spare != null) {
            spare.release();
            spare = null;
        }
        try {
            fd.close();
        } catch (IOException e) {
            log.warn("a queue of {} did not close cleanly", device.name(), e);
        }
        arena.close();
    }

    /** The packet itself if a system call can have it together with the header's room, else a copy. */
    private static ByteBuf writable(ByteBuf packet) {
        if (packet.readerIndex() >= VirtioNetHeader.OCTETS && BufferAddress.known(packet)) {
            return packet;
        }
        try {
            return PacketBuffers.take().writeBytes(packet);
        } finally {
            packet.release();
        }
    }

    private final class Handle implements EpollIoHandle {
        @Override
        public FileDescriptor fd() {
            return fd;
        }

        @Override
        public void handle(IoRegistration from, IoEvent event) {
            if (!closed) {
                readable();
            }
        }

        /** The loop ends. */
        @Override
        public void close() {
            TunQueue.this.close();
        }
    }
}
