package io.sallyport.interop;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.sallyport.core.crypto.JavaxPacketCiphers;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.tls.JsseTls;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.tls.TlsSettings;
import io.sallyport.daemon.pki.Pem;
import io.sallyport.openvpn.client.ClientConfig;
import io.sallyport.openvpn.client.ClientEvents;
import io.sallyport.openvpn.client.OpenVpnClient;
import io.sallyport.openvpn.control.ClientOut;
import io.sallyport.openvpn.control.ClientTerms;
import io.sallyport.openvpn.wire.DataCipher;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The synthetic client as one of an earlier version, against somebody else's server: it connects, pings and renegotiates, and pings again. */
final class OldClient {
    /** {@code ca certificate key protocols tcp|udp}; prints {@code answered} twice. */
    public static void main(String[] args) throws Exception {
        TlsCredentials own = new TlsCredentials(Pem.certificates(Path.of(args[1])), Pem.privateKey(Path.of(args[2])));
        JsseTls tls = JsseTls.client(new TlsSettings(
                TlsSettings.Versions.TLS_1_2_OR_1_3, own, Pem.certificates(Path.of(args[0])), false, null));
        boolean udp = args[4].equals("udp");
        ClientTerms terms = new ClientTerms(
                List.of(DataCipher.AES_256_GCM),
                "",
                null,
                Integer.parseInt(args[3]),
                null,
                Duration.ZERO,
                Duration.ofSeconds(30),
                udp);
        var loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        Visit visit = new Visit();
        OpenVpnClient client = OpenVpnClient.connect(
                new ClientConfig(
                        new InetSocketAddress(InetAddress.ofLiteral(Lab.GATEWAY), udp ? 1194 : 443),
                        tls,
                        null,
                        terms,
                        new JavaxPacketCiphers()),
                loops.next(),
                Executors.newSingleThreadExecutor(),
                visit);
        ClientEvents.Connected connected = visit.connected.get(40, TimeUnit.SECONDS);
        InetAddress address = java.util.Objects.requireNonNull(connected.ipv4());
        EventLoop loop = loops.next();
        ping(client, loop, visit, address);
        client.renegotiate();
        // The new key is sent with five seconds after it was agreed on.
        TimeUnit.SECONDS.sleep(8);
        ping(client, loop, visit, address);
        System.exit(0);
    }

    private static void ping(OpenVpnClient client, EventLoop loop, Visit visit, InetAddress address) throws Exception {
        visit.answered = new CompletableFuture<>();
        for (int i = 0; i < 40 && !visit.answered.isDone(); i++) {
            loop.execute(() -> {
                client.accept(echoRequest(address));
                client.flush();
            });
            visit.answered.completeOnTimeout(false, 500, TimeUnit.MILLISECONDS);
            if (!visit.answered.get()) {
                visit.answered = new CompletableFuture<>();
            }
        }
        System.out.println(visit.answered.isDone() ? "answered" : "nothing came back");
    }

    private static ByteBuf echoRequest(InetAddress from) {
        ByteBuf packet = PacketBuffers.take();
        int start = packet.writerIndex();
        packet.writeBytes(new byte[] {0x45, 0, 0, 28, 0, 1, 0, 0, 64, 1, 0, 0});
        packet.writeBytes(from.getAddress()).writeBytes(new byte[] {(byte) 172, 16, (byte) 201, 1});
        packet.setShort(start + 10, checksum(packet, start, 20));
        packet.writeBytes(new byte[] {8, 0, 0, 0, 0, 7, 0, 1});
        packet.setShort(start + 22, checksum(packet, start + 20, 8));
        return packet;
    }

    private static int checksum(ByteBuf packet, int from, int length) {
        int sum = 0;
        for (int i = 0; i < length; i += 2) {
            sum += packet.getUnsignedShort(from + i);
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return ~(sum + (sum >>> 16)) & 0xffff;
    }

    private static final class Visit implements ClientEvents {
        private final CompletableFuture<Connected> connected = new CompletableFuture<>();
        private volatile CompletableFuture<Boolean> answered = new CompletableFuture<>();

        @Override
        public void connected(Connected how) {
            System.out.println("connected " + how.cipher());
            connected.complete(how);
        }

        @Override
        public void accept(ByteBuf packet) {
            boolean reply = packet.readableBytes() >= 28 && packet.getByte(packet.readerIndex() + 20) == 0;
            packet.release();
            if (reply) {
                answered.complete(true);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void closed(ClientOut.End end, String detail) {
            System.out.println("closed " + end + " " + detail);
            connected.completeExceptionally(new AssertionError(detail));
        }
    }

    private OldClient() {}
}
