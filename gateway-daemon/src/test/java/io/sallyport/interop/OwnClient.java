package io.sallyport.interop;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.crypto.JavaxPacketCiphers;
import io.sallyport.core.network.UdpPackets;
import io.sallyport.core.tls.JsseTls;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.tls.TlsSettings;
import io.sallyport.core.tls.TlsSettings.Versions;
import io.sallyport.core.worker.Worker;
import io.sallyport.core.worker.Workers;
import io.sallyport.daemon.pki.Pem;
import io.sallyport.openvpn.client.ClientConfig;
import io.sallyport.openvpn.client.ClientEvents;
import io.sallyport.openvpn.client.OpenVpnClient;
import io.sallyport.openvpn.control.ClientOut;
import io.sallyport.openvpn.control.ClientTerms;
import io.sallyport.openvpn.wire.ClientKeyV2;
import io.sallyport.openvpn.wire.HmacDigest;
import io.sallyport.openvpn.wire.KeyDirection;
import io.sallyport.openvpn.wire.StaticKey;
import io.sallyport.openvpn.wire.WireException;
import io.sallyport.openvpn.wire.WrapKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The built-in client as a program: connects, renews its keys after some seconds, and sends what the server's host
 * answers.
 */
final class OwnClient implements ClientEvents {
    private static final InetAddress SERVER_INSIDE = InetAddress.ofLiteral("172.16.201.1");
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Servers let a key stand for a while. */
    private static final int RENEW_AT_TICK = 6;
    /** The client seals with a new key some seconds after it has it. */
    private static final int RENEWED_AT_TICK = 14;

    private final Worker loop;
    private @Nullable OpenVpnClient client;
    private @Nullable InetAddress address;
    private int ticks;

    private OwnClient(Worker loop) {
        this.loop = loop;
    }

    /** ADDRESS PORT DATAGRAMS CA CERTIFICATE KEY WRAPPING CONTROL-KEY. */
    public static void main(String[] args) throws Exception {
        TlsCredentials own = new TlsCredentials(Pem.certificates(Path.of(args[4])), Pem.privateKey(Path.of(args[5])));
        JsseTls tls = JsseTls.client(new TlsSettings(
                Versions.TLS_1_2_OR_1_3, own, Pem.certificates(Path.of(args[3])), false, Lab.GATEWAY_NAME));
        InetSocketAddress remote = new InetSocketAddress(InetAddress.ofLiteral(args[0]), Integer.parseInt(args[1]));
        ClientTerms terms = ClientTerms.standard("", null, Boolean.parseBoolean(args[2]));
        WrapKey key = key(args[6], Path.of(args[7]));
        Workers workers = Workers.start(1);
        OwnClient events = new OwnClient(workers.get(0));
        events.client = OpenVpnClient.connect(
                new ClientConfig(remote, tls, key, terms, new JavaxPacketCiphers()),
                workers.get(0).eventLoop(),
                Executors.newSingleThreadExecutor(),
                events);
    }

    private static @Nullable WrapKey key(String wrapping, Path file) throws IOException, WireException {
        return switch (wrapping) {
            case "tls-crypt-v2" -> ClientKeyV2.parse(Files.readString(file));
            case "tls-auth" ->
                new WrapKey.ForTlsAuth(
                        StaticKey.parse(Files.readString(file)), HmacDigest.SHA512, KeyDirection.INVERSE);
            case "tls-crypt" -> new WrapKey.ForTlsCrypt(StaticKey.parse(Files.readString(file)));
            default -> null;
        };
    }

    @Override
    public void connected(Connected how) {
        System.out.println(
                "connected " + how.cipher() + " " + List.of(how.reply().value("protocol-flags")));
        address = Objects.requireNonNull(how.ipv4());
        loop.schedule(TICK_NANOS, this::tick);
    }

    /** A packet to a port where nobody is: the server's host says so. */
    private void tick() {
        OpenVpnClient vpn = Objects.requireNonNull(client);
        ticks++;
        if (ticks == RENEW_AT_TICK) {
            vpn.renegotiate();
        }
        vpn.accept(new UdpPackets(Objects.requireNonNull(address), SERVER_INSIDE, 9, 8).packet(ticks));
        vpn.flush();
        loop.schedule(TICK_NANOS, this::tick);
    }

    @Override
    public void accept(ByteBuf packet) {
        packet.release();
        System.out.println(ticks >= RENEWED_AT_TICK ? "pong after renegotiation" : "pong");
    }

    @Override
    public void flush() {}

    @Override
    public void closed(ClientOut.End end, String detail) {
        System.out.println("closed " + end + " " + detail);
        System.exit(1);
    }
}
