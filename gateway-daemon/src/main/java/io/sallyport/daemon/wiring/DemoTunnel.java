package io.sallyport.daemon.wiring;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** A built-in client's way into the gateway, whatever its protocol; on its event loop, but for {@link #close}. */
interface DemoTunnel extends AutoCloseable {
    /** Queues one IP packet for the gateway; takes the buffer. */
    void send(ByteBuf packet);

    /** Sends what is queued. */
    void flushSent();

    /** Whether more may be sent without piling up. */
    boolean writable();

    @Override
    void close();

    /** What happens to a tunnel; on its event loop. */
    interface Events {
        void connected(Connected connected);

        /** A packet for this client; takes the buffer. */
        void received(ByteBuf packet);

        /** Over, or never there. */
        void closed(String why);
    }

    /**
     * @param cipher as the protocol names it
     * @param handshakeNanos from the first octet to the first packet that may be sent
     */
    record Connected(@Nullable InetAddress ipv4, String cipher, long handshakeNanos) {}

    /** Begins to connect. */
    @FunctionalInterface
    interface Opening {
        DemoTunnel open(Events events);
    }
}
