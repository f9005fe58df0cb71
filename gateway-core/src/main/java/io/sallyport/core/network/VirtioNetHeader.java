package io.sallyport.core.network;

import io.netty.buffer.ByteBuf;

/** {@code struct virtio_net_hdr} of linux/virtio_net.h, little endian, in front of every frame of a TUN device opened with IFF_VNET_HDR. */
public final class VirtioNetHeader {
    public static final int OCTETS = 10;
    public static final int FLAG_NEEDS_CSUM = 1;
    public static final int GSO_NONE = 0;

    private static final int FLAGS = 0;
    private static final int GSO_TYPE = 1;

    private VirtioNetHeader() {}

    public static int flags(ByteBuf frame, int at) {
        return frame.getUnsignedByte(at + FLAGS);
    }

    public static int gsoType(ByteBuf frame, int at) {
        return frame.getUnsignedByte(at + GSO_TYPE);
    }

    /** Writes a header that asks for nothing. */
    public static void setNone(ByteBuf frame, int at) {
        frame.setLong(at, 0);
        frame.setShort(at + 8, 0);
    }
}
