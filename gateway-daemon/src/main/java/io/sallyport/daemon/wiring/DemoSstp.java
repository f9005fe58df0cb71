package io.sallyport.daemon.wiring;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.worker.Worker;
import io.sallyport.sstp.client.SstpClient;
import io.sallyport.sstp.client.SstpClientConfig;
import io.sallyport.sstp.client.SstpClientEvents;

/** The built-in SSTP client in the demo. */
final class DemoSstp implements DemoTunnel, SstpClientEvents {
    private final Events events;
    private final SstpClient client;

    DemoSstp(SstpClientConfig config, Worker loop, Events events) {
        this.events = events;
        this.client = SstpClient.connect(config, loop.eventLoop(), this);
    }

    @Override
    public void connected(SstpClientEvents.Connected now) {
        events.connected(new DemoTunnel.Connected(now.ipv4(), suite(now.cipher()), now.handshakeNanos()));
    }

    /** {@code AES_256_GCM} of {@code TLSv1.3 TLS_AES_256_GCM_SHA384}, as OpenVPN writes it. */
    private static String suite(String cipher) {
        return cipher.replaceFirst("^.*TLS_", "").replaceFirst("_SHA\\d+$", "").replace('_', '-');
    }

    @Override
    public void accept(ByteBuf packet) {
        events.received(packet);
    }

    @Override
    public void flush() {}

    @Override
    public void closed(String detail, int errorCode) {
        events.closed(errorCode == 0 ? detail : detail + ", error " + errorCode);
    }

    @Override
    public void send(ByteBuf packet) {
        client.accept(packet);
    }

    @Override
    public void flushSent() {
        client.flush();
    }

    @Override
    public boolean writable() {
        return client.writable();
    }

    @Override
    public void close() {
        client.close();
    }
}
