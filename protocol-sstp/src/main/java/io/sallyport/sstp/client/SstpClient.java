package io.sallyport.sstp.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An SSTP client without a network device: IP packets go in and come out. For the demo, the load harness and tests, against this gateway and others. It checks what a client should: the
 * certificate and its name, the answers of HTTP and of the call, and that the server knows the password too. Everything happens on one event loop, which many clients may share; nothing is
 * allocated here per packet but the buffers that {@link SstpClientEvents#accept} takes.
 */
public final class SstpClient {
    private final SstpClientConfig config;
    private final EventLoop loop;
    private final SstpClientEvents events;
    private @Nullable Channel channel;
    private @Nullable ClientPeer peer;
    private boolean closed;

    private SstpClient(SstpClientConfig config, EventLoop loop, SstpClientEvents events) {
        this.config = config;
        this.loop = loop;
        this.events = events;
    }

    /** Begins to connect; {@code events} says how it went. */
    public static SstpClient connect(SstpClientConfig config, EventLoop loop, SstpClientEvents events) {
        SstpClient client = new SstpClient(config, loop, events);
        loop.execute(client::open);
        return client;
    }

    private void open() {
        long beganAt = System.nanoTime();
        ChannelFuture connecting = Transport.connect(loop, config, made -> {
            SslHandler tls = config.tls()
                    .newHandler(made.alloc(), config.name(), config.remote().getPort());
            tls.setHandshakeTimeout(config.connectWithin().toMillis(), TimeUnit.MILLISECONDS);
            ClientPeer begun = new ClientPeer(config, tls, events, this::over, beganAt);
            peer = begun;
            made.pipeline().addLast(tls, begun);
        });
        channel = connecting.channel();
        var _ = connecting.addListener(done -> {
            if (!done.isSuccess()) {
                end(String.valueOf(done.cause().getMessage()), 0);
            } else if (closed) {
                var _ = connecting.channel().close();
            }
        });
    }

    /**
     * Sends an IP packet; on the event loop. Takes the buffer, which should have 64 octets before the packet (it is copied otherwise). What cannot be sent is dropped. The octets leave with
     * {@link #flush}.
     */
    public void accept(ByteBuf packet) {
        ClientPeer to = peer;
        if (to == null || closed) {
            packet.release();
        } else {
            to.packet(packet);
        }
    }

    /** The end of a batch of {@link #accept}. */
    public void flush() {
        if (channel != null) {
            channel.flush();
        }
    }

    /** Whether the socket takes more; on the event loop. */
    public boolean writable() {
        return channel != null && channel.isWritable();
    }

    /** Negotiates PPP from the beginning; from any thread. */
    public void renegotiate() {
        loop.execute(() -> {
            if (peer != null && !closed) {
                peer.renegotiate();
            }
        });
    }

    /** Says goodbye and leaves; from any thread, and twice is harmless. */
    public void close() {
        loop.execute(() -> {
            ClientPeer leaving = peer;
            if (closed) {
                return;
            }
            if (leaving == null || !leaving.disconnect()) {
                end("", 0);
            }
        });
    }

    private void over(String detail, int errorCode) {
        end(detail, errorCode);
    }

    private void end(String detail, int errorCode) {
        if (!closed) {
            closed = true;
            if (channel != null) {
                var _ = channel.close();
            }
            events.closed(detail, errorCode);
        }
    }
}
