package io.sallyport.core.udp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.posix.BufferAddress;
import io.sallyport.core.posix.Posix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What one recvmmsg brings. A datagram lands in a packet buffer of its own; one that is larger (certificates in IKE arrive as IP fragments of one datagram) continues in
 * a second piece and is put together afterwards, up to {@value #LARGEST} octets.
 */
final class ReceiveBatch {
    static final int SIZE = 64;
    static final int LARGEST = 8192;

    private static final int REST = LARGEST - PacketBuffers.MAX_PACKET;

    private final Posix posix;
    private final int family;
    private final InetSocketAddress bound;
    private final boolean wildcard;
    private final Messages messages;
    private final ByteBuffer rests;
    private final @Nullable ByteBuf[] buffers = new ByteBuf[SIZE];
    private final PathCache paths = new PathCache();
    private final MemorySegment boundName;

    ReceiveBatch(Arena arena, Posix posix, InetSocketAddress bound) {
        this.posix = posix;
        this.bound = bound;
        this.family = SocketAddresses.family(bound.getAddress());
        this.wildcard = bound.getAddress().isAnyLocalAddress();
        messages = new Messages(arena, SIZE, 2);
        MemorySegment rest = arena.allocate((long) REST * SIZE);
        rests = rest.asByteBuffer();
        for (int i = 0; i < SIZE; i++) {
            messages.vector(i, 1, rest.address() + (long) i * REST, REST);
        }
        boundName = arena.allocate(SocketAddresses.OCTETS, 8);
        SocketAddresses.write(boundName, 0, bound);
    }

    /** Receives what is there; the number of datagrams, or the negated error. */
    int receive(int fd) {
        for (int i = 0; i < SIZE; i++) {
            if (buffers[i] == null) {
                ByteBuf buffer = PacketBuffers.take();
                buffers[i] = buffer;
                messages.vector(i, 0, BufferAddress.of(buffer, buffer.writerIndex()), PacketBuffers.MAX_PACKET);
            }
            messages.lengths(i, SocketAddresses.OCTETS, Messages.CONTROL);
        }
        return posix.recvmmsg(fd, messages.header(0), SIZE, Messages.MSG_DONTWAIT);
    }

    /** The datagram was larger than {@value #LARGEST} octets, and its end is lost. */
    boolean truncated(int message) {
        return (messages.flags(message) & Messages.MSG_TRUNC) != 0;
    }

    /** Gives the datagram away. */
    ByteBuf take(int message) {
        ByteBuf buffer = buffers[message];
        if (buffer == null) {
            throw new IllegalStateException("message " + message + " was taken");
        }
        int length = messages.length(message);
        if (length <= PacketBuffers.MAX_PACKET) {
            buffers[message] = null;
            return buffer.writerIndex(buffer.readerIndex() + length);
        }
        return together(message, buffer, length);
    }

    private ByteBuf together(int message, ByteBuf beginning, int length) {
        ByteBuf large = PooledByteBufAllocator.DEFAULT
                .directBuffer(PacketBuffers.HEADROOM + length + PacketBuffers.TAILROOM)
                .setIndex(PacketBuffers.HEADROOM, PacketBuffers.HEADROOM);
        large.writeBytes(beginning, beginning.readerIndex(), PacketBuffers.MAX_PACKET);
        int from = message * REST;
        rests.limit(from + length - PacketBuffers.MAX_PACKET).position(from);
        large.writeBytes(rests);
        rests.clear();
        return large;
    }

    /** Where the datagram came from and went to. */
    UdpPath path(int message) {
        MemorySegment names = messages.names();
        long at = messages.name(message);
        long peerHigh = SocketAddresses.high(names, at, family);
        long peerLow = SocketAddresses.low(names, at, family);
        long port = SocketAddresses.portAndScope(names, at, family);
        long info = wildcard
                ? PacketInfo.find(
                        messages.controls(), messages.control(message), messages.controlLength(message), family)
                : -1;
        MemorySegment from = info < 0 ? boundName : messages.controls();
        long local = info < 0 ? (family == SocketAddresses.AF_INET6 ? 8 : 4) : info;
        long localHigh = SocketAddresses.highAt(from, local, family);
        long localLow = SocketAddresses.lowAt(from, local, family);
        UdpPath known = paths.find(peerHigh, peerLow, port, localHigh, localLow);
        if (known != null) {
            return known;
        }
        InetSocketAddress to = info < 0 ? bound : SocketAddresses.address(family, localHigh, localLow, bound.getPort());
        UdpPath path = new UdpPath(SocketAddresses.address(family, peerHigh, peerLow, port), to);
        paths.remember(peerHigh, peerLow, port, localHigh, localLow, path);
        return path;
    }

    void release() {
        for (int i = 0; i < SIZE; i++) {
            ByteBuf buffer = buffers[i];
            if (buffer != null) {
                buffers[i] = null;
                buffer.release();
            }
        }
    }
}
