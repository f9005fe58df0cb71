package io.sallyport.sstp.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into SSTP packets. Whole packets are shown where they arrived; only one that is not whole yet is kept, in a buffer of bounded size.
 */
public final class PacketReader {
    /** What is done with a packet. */
    public interface Packets {
        /** Borrows what a data packet carries, all that is readable. False: no more packets. */
        boolean data(ByteBuf payload);

        /** Borrows a control message without the packet's header. False: no more packets. */
        boolean control(ByteBuf message);
    }

    private @Nullable ByteBuf partial;
    private boolean closed;

    /** Reads all octets, which the caller releases. False when no packet begins like this: nothing after it can be understood. */
    public boolean read(ByteBuf octets, Packets packets) {
        while (octets.isReadable() && !closed) {
            ByteBuf kept = partial;
            if (kept == null) {
                if (!readInPlace(octets, packets)) {
                    return false;
                }
            } else if (fill(kept, octets, SstpPacket.HEADER_OCTETS)) {
                int length = SstpPacket.length(kept, kept.readerIndex());
                if (length < 0) {
                    return false;
                }
                if (fill(kept, octets, length)) {
                    showKept(kept, length, packets);
                }
            }
        }
        return true;
    }

    private boolean readInPlace(ByteBuf octets, Packets packets) {
        if (octets.readableBytes() < SstpPacket.HEADER_OCTETS) {
            keep(octets);
            return true;
        }
        int length = SstpPacket.length(octets, octets.readerIndex());
        if (length < 0) {
            return false;
        }
        if (octets.readableBytes() < length) {
            keep(octets);
        } else {
            show(octets, length, packets);
        }
        return true;
    }

    private void showKept(ByteBuf kept, int length, Packets packets) {
        partial = null;
        try {
            show(kept, length, packets);
        } finally {
            kept.release();
        }
    }

    private void show(ByteBuf octets, int length, Packets packets) {
        int at = octets.readerIndex();
        int end = octets.writerIndex();
        octets.setIndex(at + SstpPacket.HEADER_OCTETS, at + length);
        boolean more = SstpPacket.isControl(octets, at) ? packets.control(octets) : packets.data(octets);
        octets.setIndex(at + length, end);
        if (!more) {
            close();
        }
    }

    /** Nothing is read afterwards. */
    public void close() {
        closed = true;
        if (partial != null) {
            partial.release();
            partial = null;
        }
    }

    /** True when the kept part has as many octets. */
    private static boolean fill(ByteBuf kept, ByteBuf octets, int wanted) {
        int missing = Math.min(wanted - kept.readableBytes(), octets.readableBytes());
        if (missing > 0) {
            kept.writeBytes(octets, missing);
        }
        return kept.readableBytes() >= wanted;
    }

    private void keep(ByteBuf octets) {
        ByteBuf kept = PooledByteBufAllocator.DEFAULT.directBuffer(SstpPacket.MAX_OCTETS, SstpPacket.MAX_OCTETS);
        kept.writeBytes(octets);
        partial = kept;
    }
}
