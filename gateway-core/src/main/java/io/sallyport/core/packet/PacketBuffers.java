package io.sallyport.core.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;

/**
 * The data plane's buffers: direct, of one size, with room before the packet for every header that the gateway puts there (virtio_net_hdr, DATA_V2, ESP, PPP
 * and TLS) and after it for tags and padding, so that no packet is ever moved to make room.
 */
public final class PacketBuffers {
    /** Octets before the reader index of every packet in the core. */
    public static final int HEADROOM = 64;
    /** Octets after the largest packet. */
    public static final int TAILROOM = 64;
    /** The largest packet that is not a super-packet. */
    public static final int MAX_PACKET = 1920;

    private PacketBuffers() {}

    /** An empty buffer with the reader and writer index at {@link #HEADROOM} and room for {@link #MAX_PACKET} octets. */
    public static ByteBuf take() {
        return PooledByteBufAllocator.DEFAULT
                .directBuffer(HEADROOM + MAX_PACKET + TAILROOM)
                .setIndex(HEADROOM, HEADROOM);
    }
}
