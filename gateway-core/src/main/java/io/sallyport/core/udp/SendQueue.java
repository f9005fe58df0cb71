package io.sallyport.core.udp;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.posix.BufferAddress;
import io.sallyport.core.posix.Errno;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.VerdictCounters;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/** Datagrams on their way to the socket, in a ring of {@value #CAPACITY}. One that the kernel refuses is dropped and the next one goes on. */
final class SendQueue {
    static final int CAPACITY = 1024;
    /** Enough for one system call; a longer queue is sent without waiting for the flush. */
    static final int BATCH = 64;

    /** The system call: messages sent, or the negated error of the first one. */
    @FunctionalInterface
    interface Transmit {
        int sendmmsg(long mmsghdrs, int count);
    }

    private final Transmit transmit;
    private final VerdictCounters verdicts;
    private final Messages messages;
    private final EncodedPaths paths;
    private final @Nullable ByteBuf[] buffers = new ByteBuf[CAPACITY];
    private int head;
    private int count;

    SendQueue(Arena arena, Transmit transmit, boolean wildcard, VerdictCounters verdicts) {
        this.transmit = transmit;
        this.verdicts = verdicts;
        messages = new Messages(arena, CAPACITY, 1);
        paths = new EncodedPaths(arena, wildcard);
    }

    int count() {
        return count;
    }

    /** Takes the datagram; drops it when the ring is full. */
    void add(ByteBuf datagram, UdpPath path) {
        if (count == CAPACITY) {
            verdicts.count(Verdict.SOCKET_FULL);
            datagram.release();
            return;
        }
        ByteBuf octets = BufferAddress.known(datagram) ? datagram : copied(datagram);
        int slot = head + count & CAPACITY - 1;
        buffers[slot] = octets;
        messages.vector(slot, 0, BufferAddress.of(octets, octets.readerIndex()), octets.readableBytes());
        paths.apply(path, messages, slot);
        count++;
    }

    /** Sends all, or until the socket would block: then false. */
    boolean send() {
        while (count > 0) {
            int run = Math.min(Math.min(count, BATCH), CAPACITY - head);
            int sent = transmit.sendmmsg(messages.header(head), run);
            if (sent > 0) {
                drop(sent);
            } else if (sent == -Errno.EAGAIN) {
                return false;
            } else if (sent != -Errno.EINTR) {
                verdicts.count(sent == -Errno.ENOBUFS ? Verdict.SOCKET_FULL : Verdict.SEND_FAILED);
                drop(1);
            }
        }
        return true;
    }

    void release() {
        drop(count);
    }

    private void drop(int datagrams) {
        for (int i = 0; i < datagrams; i++) {
            ByteBuf buffer = buffers[head];
            buffers[head] = null;
            head = head + 1 & CAPACITY - 1;
            count--;
            if (buffer != null) {
                buffer.release();
            }
        }
    }

    private static ByteBuf copied(ByteBuf datagram) {
        try {
            return PacketBuffers.take().writeBytes(datagram);
        } finally {
            datagram.release();
        }
    }
}
