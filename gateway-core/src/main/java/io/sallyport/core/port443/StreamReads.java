package io.sallyport.core.port443;

import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/**
 * How much of a connection is read at once. The first octets, which are kept until a protocol claims them, go into a small buffer; from then on a read takes many packets at once,
 * however few the read before brought: Netty's own guess shrinks to one packet as soon as a client sends slowly, and every packet is then a system call.
 */
final class StreamReads extends DefaultMaxMessagesRecvByteBufAllocator {
    static final int FIRST_OCTETS = 2048;
    /** The largest that the allocator keeps ready for its thread. */
    static final int OCTETS = 32 * 1024;

    @Override
    public RecvByteBufAllocator.ExtendedHandle newHandle() {
        return new MaxMessageHandle() {
            private boolean first = true;

            @Override
            public int guess() {
                return first ? FIRST_OCTETS : OCTETS;
            }

            @Override
            public void lastBytesRead(int octets) {
                first &= octets <= 0;
                super.lastBytesRead(octets);
            }
        };
    }
}
