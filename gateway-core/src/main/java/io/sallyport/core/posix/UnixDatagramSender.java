package io.sallyport.core.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A connected Unix datagram socket, which the JDK lacks: it has streams alone. Sending never waits: what the receiver has no room for is lost. Any thread, one at a time.
 */
public final class UnixDatagramSender implements AutoCloseable {
    /** Octets of {@code sockaddr_un}'s path on Linux. */
    public static final int MAX_PATH = 108;

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_NONBLOCK = 04000;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int FAMILY_OCTETS = 2;

    private final Arena arena = Arena.ofShared();
    private final Posix posix = new Posix(arena);
    private final int fd;
    private boolean closed;

    private UnixDatagramSender() throws IOException {
        fd = posix.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0) {
            arena.close();
            throw new IOException("no Unix datagram socket: error " + -fd);
        }
    }

    /** @param address a path, or {@code @name} for one of the abstract name space */
    public static UnixDatagramSender connect(String address) throws IOException {
        byte[] path = address.getBytes(StandardCharsets.UTF_8);
        // unix(7): a path is terminated, an abstract name begins with a null octet and its length is the address's
        boolean isAbstract = path.length > 0 && path[0] == '@';
        if (path.length == 0 || path.length >= MAX_PATH) {
            throw new IOException("a Unix socket's address has 1 to " + (MAX_PATH - 1) + " octets, not " + path.length);
        }
        UnixDatagramSender sender = new UnixDatagramSender();
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment sockaddr = scratch.allocate(FAMILY_OCTETS + MAX_PATH);
            sockaddr.set(JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(path, 0, sockaddr, JAVA_BYTE, FAMILY_OCTETS, path.length);
            if (isAbstract) {
                sockaddr.set(JAVA_BYTE, FAMILY_OCTETS, (byte) 0);
            }
            int length = FAMILY_OCTETS + path.length + (isAbstract ? 0 : 1);
            int result = sender.posix.connect(sender.fd, sockaddr.address(), length);
            if (result < 0) {
                sender.close();
                throw new IOException("nobody receives at the Unix socket " + address + ": error " + -result);
            }
        }
        return sender;
    }

    /** False when it did not get there. */
    public synchronized boolean send(String text) {
        if (closed) {
            return false;
        }
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment message = scratch.allocate(Math.max(1, octets.length));
            MemorySegment.copy(octets, 0, message, JAVA_BYTE, 0, octets.length);
            return posix.write(fd, message.address(), octets.length) == octets.length;
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            posix.close(fd);
            arena.close();
        }
    }
}
