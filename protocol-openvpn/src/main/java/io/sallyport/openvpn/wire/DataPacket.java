package io.sallyport.openvpn.wire;

import io.netty.buffer.ByteBuf;

/**
 * The data channel's packets, read at fixed offsets:
 *
 * <pre>
 * DATA_V2   1 opcode and key id | 3 peer id | 4 packet id | 16 tag | ciphertext
 * DATA_V1   1 opcode and key id             | 4 packet id | 16 tag | ciphertext
 * </pre>
 *
 * Everything before the tag is authenticated; for DATA_V1 only the packet id is.
 */
public final class DataPacket {
    public static final int PEER_ID_OCTETS = 3;
    public static final int PACKET_ID_OCTETS = 4;
    public static final int TAG_OCTETS = 16;
    /** What stands before the ciphertext of a DATA_V2. */
    public static final int V2_OVERHEAD = 1 + PEER_ID_OCTETS + PACKET_ID_OCTETS + TAG_OCTETS;

    public static final int V1_OVERHEAD = V2_OVERHEAD - PEER_ID_OCTETS;

    /** A peer id is the worker's number in the upper 6 bits and an index on that worker in the lower 18. */
    public static final int PEER_INDEX_BITS = 18;

    public static final int MAX_PEERS_PER_WORKER = 1 << PEER_INDEX_BITS;
    /** Means "no peer id" on the wire; never given out. */
    public static final int NO_PEER_ID = 0xffffff;

    private DataPacket() {}

    /** Whether the first octet of a readable buffer says DATA_V2. */
    public static boolean isV2(ByteBuf packet) {
        return packet.getUnsignedByte(packet.readerIndex()) >> 3 == Opcode.DATA_V2.code();
    }

    /** Whether the first octet of a readable buffer says DATA_V1, which names no peer. */
    public static boolean isV1(ByteBuf packet) {
        return packet.getUnsignedByte(packet.readerIndex()) >> 3 == Opcode.DATA_V1.code();
    }

    /** What stands before the ciphertext of this packet. */
    public static int overhead(ByteBuf packet) {
        return isV2(packet) ? V2_OVERHEAD : V1_OVERHEAD;
    }

    /** The key id of a readable buffer. */
    public static int keyId(ByteBuf packet) {
        return packet.getByte(packet.readerIndex()) & 7;
    }

    /** The peer id of a DATA_V2 of at least 4 octets: 0..0xffffff. */
    public static int peerId(ByteBuf packet) {
        return packet.getUnsignedMedium(packet.readerIndex() + 1);
    }

    public static int peerId(int worker, int index) {
        return worker << PEER_INDEX_BITS | index;
    }

    /** 0..63 */
    public static int worker(int peerId) {
        return peerId >>> PEER_INDEX_BITS;
    }

    /** 0..{@link #MAX_PEERS_PER_WORKER} - 1 */
    public static int index(int peerId) {
        return peerId & MAX_PEERS_PER_WORKER - 1;
    }

    /** The first four octets of a DATA_V2. */
    public static int v2Header(int keyId, int peerId) {
        return Opcode.DATA_V2.firstOctet(keyId) << 24 | peerId;
    }
}
