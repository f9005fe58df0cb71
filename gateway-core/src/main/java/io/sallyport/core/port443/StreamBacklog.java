package io.sallyport.core.port443;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/** Bounds what waits to be sent on one stream: what is over it is dropped, because a client that reads too slowly must not have the gateway's memory. On the channel's worker. */
public final class StreamBacklog {
    /** What may wait before data packets are dropped. */
    public static final int OCTETS = 512 * 1024;
    /** The same in packets: where no TLS copies them together, each waits in a whole buffer of its own, however small it is. */
    public static final int PACKETS = 512;
    /** What the protocol itself says goes on beyond that, up to so many times as much. */
    private static final int CONTROL_FACTOR = 2;

    private StreamBacklog() {}

    /** Whether one more data packet may wait. */
    public static boolean takesData(Channel channel) {
        return takes(channel, 1);
    }

    /** Whether one more packet of any kind may wait; false also when the channel is closed. */
    public static boolean takesControl(Channel channel) {
        return takes(channel, CONTROL_FACTOR);
    }

    private static boolean takes(Channel channel, int times) {
        // Not isWritable(), which says no until half of it has left: whole windows of the TCP inside would be lost.
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting != null
                && waiting.totalPendingWriteBytes() <= (long) times * OCTETS
                && waiting.size() <= times * PACKETS;
    }
}
