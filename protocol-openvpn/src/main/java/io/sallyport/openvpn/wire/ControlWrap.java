package io.sallyport.openvpn.wire;

import io.netty.buffer.ByteBuf;

/**
 * What stands around the control channel's packets: nothing, or a key that all clients share. One object serves one thread, for any number of
 * peers: it remembers nothing of a packet; replay ids are checked by the connection ({@link ReplayIds}), so a first packet can be opened before there is one.
 */
public interface ControlWrap extends AutoCloseable {
    /** What {@link #unwrap} found; {@code replayId} is not yet checked. */
    record Unwrapped(ControlPacket packet, ReplayId replayId) {}

    /** Whether packets carry replay ids. */
    boolean numbersPackets();

    /** The octets that this adds to a packet. */
    int overhead();

    /** Writes the packet at the writer index. */
    void wrap(ControlPacket packet, ReplayId replayId, ByteBuf out);

    /** Reads a whole packet, all that is readable; the buffer is borrowed and its octets stay as they are. */
    Unwrapped unwrap(ByteBuf in) throws WireException;

    /** Wipes the keys. */
    @Override
    void close();
}
