package io.sallyport.sstp.server;

import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.packet.Checksum;
import io.sallyport.core.packet.IpPacket;
import io.sallyport.core.packet.Ipv4;
import io.sallyport.core.packet.Ipv6;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.support.TestPackets;
import io.sallyport.sstp.client.SstpClient;
import io.sallyport.sstp.client.SstpClientConfig;
import io.sallyport.sstp.client.SstpClientEvents;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** One client, and what became of it. */
final class Visitor implements SstpClientEvents, AutoCloseable {
    private static final int ICMP_ECHO = 8;
    private static final int ICMPV6_ECHO = 128;

    private final CompletableFuture<Connected> connected = new CompletableFuture<>();
    private final CompletableFuture<Long> ipv6 = new CompletableFuture<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    /** First octet of ICMP's header, sequence number and length of every packet that came. */
    final List<String> received = new CopyOnWriteArrayList<>();

    /** How often IPV6CP opened. */
    final AtomicInteger opened = new AtomicInteger();

    final SstpClient vpn;
    private final EventLoop loop;
    private final Secret password;

    Visitor(SstpClientConfig config, EventLoop loop, Secret password) {
        this.loop = loop;
        this.password = password;
        this.vpn = SstpClient.connect(config, loop, this);
    }

    Connected connected() {
        return connected.orTimeout(30, TimeUnit.SECONDS).join();
    }

    long interfaceId() {
        return ipv6.orTimeout(30, TimeUnit.SECONDS).join();
    }

    String closed() {
        return closed.orTimeout(90, TimeUnit.SECONDS).join();
    }

    boolean isConnected() {
        return connected.isDone();
    }

    boolean isClosed() {
        return closed.isDone();
    }

    InetAddress ipv4() {
        return Objects.requireNonNull(connected().ipv4());
    }

    /** One ICMP or ICMPv6 echo request. */
    void ping(InetAddress source, String destination, int sequence, int payload) {
        loop.execute(() -> {
            vpn.accept(echo(source, InetAddress.ofLiteral(destination), sequence, payload));
            vpn.flush();
        });
    }

    /** Its pings are answered. */
    void echoes(int sequence) {
        String reply = "0 " + sequence + " 84";
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    ping(ipv4(), "198.51.100.7", sequence, 56);
                    return received.contains(reply);
                });
    }

    private static ByteBuf echo(InetAddress source, InetAddress destination, int sequence, int payload) {
        ByteBuf packet = TestPackets.packet(source, destination, 8 + payload);
        int at = packet.readerIndex();
        boolean ipv4 = IpPacket.version(packet, at) == 4;
        int icmp = at + (ipv4 ? Ipv4.MIN_HEADER_OCTETS : Ipv6.HEADER_OCTETS);
        if (ipv4) {
            Ipv4.set(
                    packet,
                    at,
                    packet.readableBytes(),
                    Ipv4.PROTOCOL_ICMP,
                    64,
                    ByteBuffer.wrap(source.getAddress()).getInt(),
                    ByteBuffer.wrap(destination.getAddress()).getInt());
        } else {
            Ipv6.set(packet, at, 8 + payload, Ipv6.NEXT_HEADER_ICMPV6, 64);
        }
        packet.setShort(icmp, (ipv4 ? ICMP_ECHO : ICMPV6_ECHO) << 8);
        packet.setInt(icmp + 2, 0).setShort(icmp + 6, sequence);
        long pseudo = ipv4 ? 0 : Checksum.pseudoHeader(packet, at, Ipv6.NEXT_HEADER_ICMPV6, 8 + payload);
        packet.setShort(icmp + 2, Checksum.finish(pseudo + Checksum.sum(packet, icmp, 8 + payload)));
        return packet;
    }

    @Override
    public void connected(Connected how) {
        connected.complete(how);
    }

    @Override
    public void ipv6(long interfaceId, long gatewayInterfaceId) {
        opened.incrementAndGet();
        ipv6.complete(interfaceId);
    }

    @Override
    public void accept(ByteBuf packet) {
        int at = packet.readerIndex();
        int icmp = at + (IpPacket.version(packet, at) == 4 ? Ipv4.MIN_HEADER_OCTETS : Ipv6.HEADER_OCTETS);
        received.add(
                packet.readableBytes() < PacketBuffers.HEADROOM / 4
                        ? "short"
                        : packet.getUnsignedByte(icmp) + " " + packet.getUnsignedShort(icmp + 6) + " "
                                + packet.readableBytes());
        packet.release();
    }

    @Override
    public void flush() {}

    @Override
    public void closed(String detail, int errorCode) {
        closed.complete(errorCode + " " + detail);
        connected.completeExceptionally(new AssertionError(errorCode + " " + detail));
    }

    @Override
    public void close() {
        vpn.close();
        password.close();
    }
}
