package io.sallyport.openvpn.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sallyport.core.packet.PacketBuffers;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into packets, each with its length before it in two octets. Whole packets are shown where they arrived; only one that is not whole yet
 * is kept, in a buffer of bounded size.
 */
final class FrameReader {
    /** Nothing that a peer sends is longer: a packet of the network with OpenVPN's octets, or a control packet. */
    static final int MAX_FRAME = PacketBuffers.MAX_PACKET + PacketBuffers.HEADROOM;

    /** What is done with a packet. */
    interface Frames {
        /** Borrows one packet, all that is readable. False: no more of them. */
        boolean frame(ByteBuf packet);
    }

    private @Nullable ByteBuf partial;
    private boolean closed;

    /** Reads all octets, which the caller releases. False when a length is impossible. */
    boolean read(ByteBuf octets, Frames frames) {
        while (octets.isReadable() && !closed) {
            ByteBuf kept = partial;
            if (kept == null) {
                int length = wholeLength(octets);
                if (length < 0) {
                    return false;
                }
                if (octets.readableBytes() < length) {
                    keep(octets);
                    return true;
                }
                if (!show(octets, length, frames)) {
                    return true;
                }
            } else if (!fill(kept, octets, OpenVpnTcp.LENGTH_OCTETS)) {
                return true;
            } else if (wholeLength(kept) < 0) {
                return false;
            } else if (fill(kept, octets, wholeLength(kept))) {
                partial = null;
                try {
                    if (!frames.frame(kept.skipBytes(OpenVpnTcp.LENGTH_OCTETS))) {
                        return true;
                    }
                } finally {
                    kept.release();
                }
            }
        }
        return true;
    }

    void close() {
        closed = true;
        if (partial != null) {
            partial.release();
            partial = null;
        }
    }

    /** With its own two octets; -1 when it is impossible. */
    private static int wholeLength(ByteBuf octets) {
        if (octets.readableBytes() < OpenVpnTcp.LENGTH_OCTETS) {
            return OpenVpnTcp.LENGTH_OCTETS;
        }
        int length = octets.getUnsignedShort(octets.readerIndex());
        return length == 0 || length > MAX_FRAME ? -1 : length + OpenVpnTcp.LENGTH_OCTETS;
    }

    /** True when the kept part has as many octets. */
    private static boolean fill(ByteBuf kept, ByteBuf octets, int wanted) {
        int missing = Math.min(wanted - kept.readableBytes(), octets.readableBytes());
        if (missing > 0) {
            kept.writeBytes(octets, missing);
        }
        return kept.readableBytes() >= wanted;
    }

    private static boolean show(ByteBuf octets, int wholeLength, Frames frames) {
        int end = octets.writerIndex();
        int next = octets.readerIndex() + wholeLength;
        octets.setIndex(octets.readerIndex() + OpenVpnTcp.LENGTH_OCTETS, next);
        boolean more = frames.frame(octets);
        octets.setIndex(next, end);
        return more;
    }

    private void keep(ByteBuf octets) {
        ByteBuf kept = PooledByteBufAllocator.DEFAULT.directBuffer(OpenVpnTcp.LENGTH_OCTETS + MAX_FRAME);
        kept.writeBytes(octets);
        partial = kept;
    }
}
