package io.sallyport.openvpn.client;

import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.sallyport.core.network.MemoryNetwork;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.packet.Ipv4;
import io.sallyport.core.support.TestPackets;
import io.sallyport.openvpn.control.ClientOut;
import io.sallyport.openvpn.data.SpentKeys;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** One client, and what became of it. */
final class Visitor implements ClientEvents, AutoCloseable {
    private static final int UDP_OCTETS = 8;

    private final CompletableFuture<Connected> connected = new CompletableFuture<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final EventLoop loop;
    private final Secret password;
    private final OpenVpnClient vpn;

    Visitor(ClientConfig config, EventLoop loop, Executor compute, Secret password) {
        this.loop = loop;
        this.password = password;
        this.vpn = OpenVpnClient.connect(config, loop, compute, this);
    }

    OpenVpnClient vpn() {
        return vpn;
    }

    Connected connected() {
        return connected.orTimeout(20, TimeUnit.SECONDS).join();
    }

    String closed() {
        return closed.orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** Sends this to port 7 of the network until it comes back. */
    void echoes(String text) {
        await().pollInterval(Duration.ofMillis(200))
                .atMost(Duration.ofSeconds(10))
                .until(() -> {
                    loop.execute(() -> {
                        vpn.accept(datagram(text));
                        vpn.flush();
                    });
                    return received.contains(text);
                });
    }

    /** As if nearly all packet ids of the key were used. */
    void spend() {
        CompletableFuture.runAsync(() -> SpentKeys.nearTheEnd(vpn.keys()), loop).join();
    }

    int sendingKeyId() {
        return CompletableFuture.supplyAsync(() -> SpentKeys.sendingKeyId(vpn.keys()), loop)
                .join();
    }

    private ByteBuf datagram(String text) {
        byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
        InetAddress source = Objects.requireNonNull(connected().ipv4());
        ByteBuf packet = TestPackets.packet(source, InetAddress.ofLiteral("192.0.2.99"), UDP_OCTETS + payload.length);
        int udp = packet.readerIndex() + Ipv4.MIN_HEADER_OCTETS;
        packet.setShort(udp, 40_000);
        packet.setShort(udp + 2, MemoryNetwork.ECHO_PORT);
        packet.setShort(udp + 4, UDP_OCTETS + payload.length);
        packet.setShort(udp + 6, 0); // RFC 768: none
        packet.setBytes(udp + UDP_OCTETS, payload);
        return packet;
    }

    @Override
    public void connected(Connected how) {
        connected.complete(how);
    }

    @Override
    public void accept(ByteBuf packet) {
        int skip = Ipv4.MIN_HEADER_OCTETS + UDP_OCTETS;
        if (packet.readableBytes() > skip) {
            received.add(packet.toString(
                    packet.readerIndex() + skip, packet.readableBytes() - skip, StandardCharsets.US_ASCII));
        }
        packet.release();
    }

    @Override
    public void flush() {}

    @Override
    public void closed(ClientOut.End end, String detail) {
        closed.complete(end + " " + detail);
        connected.completeExceptionally(new AssertionError(end + " " + detail));
    }

    @Override
    public void close() {
        vpn.close();
        password.close();
    }
}
