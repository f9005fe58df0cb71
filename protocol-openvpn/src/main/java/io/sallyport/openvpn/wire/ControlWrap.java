package io.sallyport.openvpn.wire;

import io.netty.buffer.ByteBuf;

/**
 * What stands around the control channel's packets: nothing, a key that all clients share, or one client's own. Replay
 * ids are checked by the connection ({@link ConnectionWrap}), so
 * a first packet can be opened before there is one. Belongs to one thread.
 */
public interface ControlWrap extends AutoCloseable {
    /** What {@link #unwrap} found; {@code replayId} is not yet checked. */
    record Unwrapped(ControlPacket packet, ReplayId replayId) {}

    /** Whether packets carry replay ids. */
    boolean numbersPackets();

    /** The most octets that this adds to a packet. */
    int overhead();

    /** Writes the packet at the writer index. */
    void wrap(ControlPacket packet, ReplayId replayId, ByteBuf out);

    /** Reads a whole packet, all that is readable; the buffer is borrowed and its octets stay as they are. */
    Unwrapped unwrap(ByteBuf in) throws WireException;

    /** XORs the static key, where there is one, into a key that later negotiations are to be under. */
    void mixInto(byte[] octets256);

    /** Wipes the keys. */
    @Override
    void close();
}
