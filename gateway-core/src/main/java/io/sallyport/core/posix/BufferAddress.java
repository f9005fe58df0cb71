package io.sallyport.core.posix;

import io.netty.buffer.ByteBuf;
import java.lang.foreign.MemorySegment;

/** Where a buffer's octets are, for a system call. */
public final class BufferAddress {
    private BufferAddress() {}

    /** Whether the octets lie in one piece of native memory; otherwise they must be copied before a system call can see them. */
    public static boolean known(ByteBuf buffer) {
        return buffer.hasMemoryAddress() || (buffer.isDirect() && buffer.nioBufferCount() == 1);
    }

    /** The address of the octet at {@code index}; the buffer must be {@link #known} and outlive the use. */
    public static long of(ByteBuf buffer, int index) {
        if (buffer.hasMemoryAddress()) {
            return buffer.memoryAddress() + index;
        }
        // Netty without sun.misc.Unsafe keeps the address to itself
        return MemorySegment.ofBuffer(buffer.internalNioBuffer(index, 0)).address();
    }
}
