package io.sallyport.core.session;

import io.netty.buffer.ByteBuf;

/** A session's way to its client, made by its protocol; lives on the session's worker. */
public interface Link {
    /**
     * Seals one IP packet and queues it; takes the buffer and releases it on every path. The packet is at most the network's MTU long and has {@code
     * PacketBuffers.HEADROOM} octets before and {@code TAILROOM} after it.
     */
    void accept(ByteBuf packet);

    /** The largest IP packet that goes through this link. Asked when the session goes up, and again at {@link Session#linkChanged}. */
    default int mtu() {
        return Integer.MAX_VALUE;
    }

    /**
     * The largest TCP packet, IP header included, that should go through this link in one piece; where it is smaller than the network's MTU, the MSS of both ends' SYNs is clamped to
     * it. Asked as {@link #mtu} is.
     */
    default int tcpMtu() {
        return Integer.MAX_VALUE;
    }

    /**
     * Whether the client asks DHCPv6 for its address, and makes temporary ones of any prefix that it may prefer, as Windows does. Asked as {@link #mtu} is.
     */
    default boolean takesDhcp6() {
        return false;
    }

    /** Whether the client should have been heard by now and was not, so that another session of its user may have its place. */
    default boolean isSilent() {
        return false;
    }

    /** Sends what is queued. */
    void flush();

    /**
     * The session has closed: tell the client if the protocol can and the client does not know, leave the protocol's tables, wipe the keys. Called once, by {@link
     * Session#close}.
     */
    void close(CloseReason reason);
}
