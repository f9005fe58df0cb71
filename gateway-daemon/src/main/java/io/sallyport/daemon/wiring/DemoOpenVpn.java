package io.sallyport.daemon.wiring;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.worker.Worker;
import io.sallyport.openvpn.client.ClientConfig;
import io.sallyport.openvpn.client.ClientEvents;
import io.sallyport.openvpn.client.OpenVpnClient;
import io.sallyport.openvpn.control.ClientOut;
import java.util.concurrent.Executor;

/** The built-in OpenVPN client in the demo. */
final class DemoOpenVpn implements DemoTunnel, ClientEvents {
    private final Events events;
    private final OpenVpnClient client;

    DemoOpenVpn(ClientConfig config, Worker loop, Executor compute, Events events) {
        this.events = events;
        this.client = OpenVpnClient.connect(config, loop.eventLoop(), compute, this);
    }

    @Override
    public void connected(ClientEvents.Connected now) {
        events.connected(new DemoTunnel.Connected(now.ipv4(), now.cipher(), now.handshakeNanos()));
    }

    @Override
    public void closed(ClientOut.End end, String detail) {
        events.closed(end + (detail.isEmpty() ? "" : ", " + detail));
    }

    @Override
    public void accept(ByteBuf packet) {
        events.received(packet);
    }

    @Override
    public void flush() {}

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
