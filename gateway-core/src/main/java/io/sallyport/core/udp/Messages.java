package io.sallyport.core.udp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An array of {@code struct mmsghdr} with what its elements point to: a socket address, vectors and control octets each. The layout is that of the 64-bit ABIs of Linux:
 * name 0, namelen 8, iov 16, iovlen 24, control 32, controllen 40, flags 48, msg_len 56.
 */
final class Messages {
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_TRUNC = 0x20;
    /** Room for the control octets of one message: PKTINFO, and UDP_SEGMENT or UDP_GRO beside it. */
    static final int CONTROL = 64;

    static final int CONTROL_HEADER = 16;
    static final int CONTROL_LEVEL = 8;
    static final int CONTROL_TYPE = 12;

    private static final int HEADER = 64;
    private static final int NAME_LENGTH = 8;
    private static final int CONTROL_POINTER = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int LENGTH = 56;
    private static final int VECTOR = 16;

    private final MemorySegment headers;
    private final MemorySegment vectors;
    private final MemorySegment names;
    private final MemorySegment controls;
    private final int vectorsEach;

    Messages(Arena arena, int count, int vectorsEach) {
        this.vectorsEach = vectorsEach;
        headers = arena.allocate((long) HEADER * count, 64);
        vectors = arena.allocate((long) VECTOR * vectorsEach * count, 8);
        names = arena.allocate((long) SocketAddresses.OCTETS * count, 8);
        controls = arena.allocate((long) CONTROL * count, 8);
        for (int i = 0; i < count; i++) {
            long at = (long) i * HEADER;
            headers.set(JAVA_LONG, at, names.address() + name(i));
            headers.set(JAVA_LONG, at + 16, vectors.address() + (long) i * vectorsEach * VECTOR);
            headers.set(JAVA_LONG, at + 24, vectorsEach);
            headers.set(JAVA_LONG, at + CONTROL_POINTER, controls.address() + control(i));
        }
    }

    /** The address of a message's header, for the system call. */
    long header(int message) {
        return headers.address() + (long) message * HEADER;
    }

    MemorySegment names() {
        return names;
    }

    /** Where a message's socket address is within {@link #names}. */
    long name(int message) {
        return (long) message * SocketAddresses.OCTETS;
    }

    MemorySegment controls() {
        return controls;
    }

    /** Where a message's control octets are within {@link #controls}. */
    long control(int message) {
        return (long) message * CONTROL;
    }

    void vector(int message, int which, long address, long length) {
        long at = ((long) message * vectorsEach + which) * VECTOR;
        vectors.set(JAVA_LONG, at, address);
        vectors.set(JAVA_LONG, at + 8, length);
    }

    /** The kernel overwrites both lengths on every receive, so they are set before each. */
    void lengths(int message, int nameLength, int controlLength) {
        long at = (long) message * HEADER;
        headers.set(JAVA_INT, at + NAME_LENGTH, nameLength);
        headers.set(JAVA_LONG, at + CONTROL_LENGTH, controlLength);
        headers.set(JAVA_INT, at + FLAGS, 0);
    }

    int controlLength(int message) {
        return (int) headers.get(JAVA_LONG, (long) message * HEADER + CONTROL_LENGTH);
    }

    int flags(int message) {
        return headers.get(JAVA_INT, (long) message * HEADER + FLAGS);
    }

    /** Octets received. */
    int length(int message) {
        return headers.get(JAVA_INT, (long) message * HEADER + LENGTH);
    }
}
