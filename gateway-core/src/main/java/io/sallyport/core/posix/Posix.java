package io.sallyport.core.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The system calls that the UDP sockets and the TUN device need. Every call answers as the kernel does: a result of 0 or more, or the negated {@link Errno}.
 * An object holds the place where the C library leaves its errno, so it serves one thread at a time. Addresses of memory are plain longs: what they point to
 * must stay where it is during the call.
 */
@SuppressWarnings("restricted") // native access is granted to the class path
public final class Posix {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
    private static final long ERRNO_AT =
            Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle BIND = call("bind", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CONNECT = call("connect", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKNAME = call("getsockname", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle RECVMMSG =
            call("recvmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle SENDMMSG = call("sendmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle OPEN = variadic(2, "open", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle IOCTL = variadic(2, "ioctl", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle READ = call("read", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle WRITE = call("write", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CLOSE = call("close", JAVA_INT, JAVA_INT);

    private final MemorySegment state;
    private final MemorySegment word;

    /** Lives as long as the arena. */
    public Posix(Arena arena) {
        state = arena.allocate(Linker.Option.captureStateLayout());
        word = arena.allocate(JAVA_INT);
    }

    public int socket(int domain, int type, int protocol) {
        try {
            return result((int) SOCKET.invokeExact(state, domain, type, protocol));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** {@code setsockopt} of an int. */
    public int setsockopt(int fd, int level, int option, int value) {
        word.set(JAVA_INT, 0, value);
        try {
            return result((int) SETSOCKOPT.invokeExact(state, fd, level, option, word.address(), Integer.BYTES));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    public int bind(int fd, long sockaddr, int length) {
        try {
            return result((int) BIND.invokeExact(state, fd, sockaddr, length));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    public int connect(int fd, long sockaddr, int length) {
        try {
            return result((int) CONNECT.invokeExact(state, fd, sockaddr, length));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** @param capacity octets at {@code sockaddr} */
    public int getsockname(int fd, long sockaddr, int capacity) {
        word.set(JAVA_INT, 0, capacity);
        try {
            return result((int) GETSOCKNAME.invokeExact(state, fd, sockaddr, word.address()));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** Receives up to {@code count} messages without a timeout. */
    public int recvmmsg(int fd, long mmsghdrs, int count, int flags) {
        try {
            return result((int) RECVMMSG.invokeExact(state, fd, mmsghdrs, count, flags, 0L));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    public int sendmmsg(int fd, long mmsghdrs, int count, int flags) {
        try {
            return result((int) SENDMMSG.invokeExact(state, fd, mmsghdrs, count, flags));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    public int open(String path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return result((int) OPEN.invokeExact(state, arena.allocateFrom(path), flags));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** @param argument the address of a structure or, where the request says so, the value itself */
    public int ioctl(int fd, long request, long argument) {
        try {
            return result((int) IOCTL.invokeExact(state, fd, request, argument));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    public int read(int fd, long address, int length) {
        try {
            return result((int) (long) READ.invokeExact(state, fd, address, (long) length));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    public int write(int fd, long address, int length) {
        try {
            return result((int) (long) WRITE.invokeExact(state, fd, address, (long) length));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    public int close(int fd) {
        try {
            return result((int) CLOSE.invokeExact(state, fd));
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    private int result(int returned) {
        return returned >= 0 ? returned : -state.get(JAVA_INT, ERRNO_AT);
    }

    private static IllegalStateException impossible(Throwable t) {
        return new IllegalStateException("a system call could not be made", t);
    }

    private static MethodHandle call(String name, ValueLayout result, ValueLayout... arguments) {
        return handle(name, FunctionDescriptor.of(result, arguments), CAPTURE);
    }

    private static MethodHandle variadic(int fixed, String name, ValueLayout result, ValueLayout... arguments) {
        return handle(name, FunctionDescriptor.of(result, arguments), CAPTURE, Linker.Option.firstVariadicArg(fixed));
    }

    private static MethodHandle handle(String name, FunctionDescriptor shape, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape, options);
    }
}
