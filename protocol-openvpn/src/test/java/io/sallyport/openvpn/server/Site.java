package io.sallyport.openvpn.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.crypto.JavaxPacketCiphers;
import io.sallyport.core.crypto.PacketCipherProvider;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.port443.Port443;
import io.sallyport.core.port443.PortLimits;
import io.sallyport.core.support.Buffers;
import io.sallyport.core.support.TestGateway;
import io.sallyport.core.tls.JsseTls;
import io.sallyport.core.tls.TestPki;
import io.sallyport.core.tls.TlsContext;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.tls.TlsSettings;
import io.sallyport.core.tls.TlsSettings.Versions;
import io.sallyport.core.udp.DatagramEdge;
import io.sallyport.core.udp.DatagramEdges;
import io.sallyport.openvpn.client.ClientConfig;
import io.sallyport.openvpn.client.ClientEvents;
import io.sallyport.openvpn.client.OpenVpnClient;
import io.sallyport.openvpn.control.ClientOut;
import io.sallyport.openvpn.control.ClientTerms;
import io.sallyport.openvpn.control.ServerTerms.Require;
import io.sallyport.openvpn.wire.ServerKeys;
import io.sallyport.openvpn.wire.StaticKey;
import io.sallyport.openvpn.wire.WrapKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A whole gateway on loopback, with sockets of the kernel, two workers and a network in memory; and clients of it. */
final class Site implements AutoCloseable {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    private static final TestPki PKI = new TestPki(TestPki.Keys.ECDSA);
    private static final TlsCredentials GATEWAY = PKI.server("vpn.example.test");

    /** Before there is anything of it. */
    private final long buffersBefore = Buffers.taken();

    final TestGateway gateway =
            new TestGateway(Site::judge, grant -> this.acceptable.test(grant), "10.8.0.0/24", "fd00::/64");
    /** Asked on the worker, between the session's opening and the protocol's learning of it. */
    volatile Predicate<Grant> acceptable = grant -> true;

    final OpenVpnServer server;
    final InetSocketAddress udp;
    final InetSocketAddress tcp;
    private final @Nullable WrapKey clientKey;
    private final Port443 port;
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final ExecutorService compute = Executors.newFixedThreadPool(1);

    Site(@Nullable StaticKey tlsCrypt) throws Exception {
        this(tlsCrypt, UnaryOperator.identity());
    }

    Site(@Nullable StaticKey tlsCrypt, UnaryOperator<OpenVpnSettings> changes) throws Exception {
        this(tlsCrypt, changes, new JavaxPacketCiphers());
    }

    Site(@Nullable StaticKey tlsCrypt, UnaryOperator<OpenVpnSettings> changes, PacketCipherProvider ciphers)
            throws Exception {
        this(
                tlsCrypt == null ? ServerKeys.NONE : ServerKeys.tlsCrypt(tlsCrypt),
                tlsCrypt == null ? null : new WrapKey.ForTlsCrypt(tlsCrypt),
                changes,
                ciphers);
    }

    /** @param clientKey of clients that are given no other */
    Site(
            ServerKeys keys,
            @Nullable WrapKey clientKey,
            UnaryOperator<OpenVpnSettings> changes,
            PacketCipherProvider ciphers)
            throws Exception {
        this.clientKey = clientKey;
        JsseTls tls =
                JsseTls.server(new TlsSettings(Versions.TLS_1_2_OR_1_3, GATEWAY, List.of(PKI.root()), true, null));
        server = new OpenVpnServer(
                gateway.core, changes.apply(OpenVpnSettings.standard(tls, Require.ANY)), keys, ciphers);
        List<DatagramEdge> edges = DatagramEdges.bind(gateway.workers.all(), 0, ANY_PORT, server::udp);
        server.attach(edges);
        udp = edges.getFirst().localAddress();
        port = Port443.bind(gateway.workers.all(), List.of(ANY_PORT), List.of(server.tcp()), PortLimits.DEFAULT);
        tcp = port.addresses().getFirst();
    }

    /** Anybody whose password is "right", and whoever has a certificate. */
    private static AuthDecision judge(AuthRequest request) {
        if (request instanceof AuthRequest.CertificateChain certificate) {
            String name =
                    certificate.chain().getFirst().getSubjectX500Principal().getName();
            return new AuthDecision.Accept(Grant.of(name));
        }
        return request instanceof AuthRequest.Password password
                        && password.password().matches("right".getBytes(StandardCharsets.UTF_8))
                ? new AuthDecision.Accept(Grant.of(password.user()))
                : new AuthDecision.Reject(RejectReason.BAD_CREDENTIALS, "not right");
    }

    Client connect(InetSocketAddress remote, String user, String password) throws Exception {
        Secret secret = Secret.taking(password.getBytes(StandardCharsets.UTF_8));
        return connect(remote, null, ClientTerms.standard(user, secret, !remote.equals(tcp)));
    }

    /** By TCP, from beyond a relay. */
    Client connectByTcp(InetSocketAddress relay, String user) throws Exception {
        Secret right = Secret.taking("right".getBytes(StandardCharsets.UTF_8));
        return connect(relay, null, ClientTerms.standard(user, right, false));
    }

    Client connectWithCertificate(InetSocketAddress remote, String name) throws Exception {
        return connect(remote, PKI.client(name), ClientTerms.standard("", null, remote.equals(udp)));
    }

    /** A TLS client as ours is. */
    static TlsContext clientTls(@Nullable TlsCredentials own) throws Exception {
        return JsseTls.client(
                new TlsSettings(Versions.TLS_1_3_ONLY, own, List.of(PKI.root()), false, "vpn.example.test"));
    }

    Client connect(InetSocketAddress remote, @Nullable TlsCredentials own, ClientTerms terms) throws Exception {
        return connect(remote, own, terms, clientKey);
    }

    /** @param remote beyond a relay or not */
    Client connectWith(@Nullable WrapKey key, InetSocketAddress remote, boolean datagrams) throws Exception {
        Secret right = Secret.taking("right".getBytes(StandardCharsets.UTF_8));
        return connect(remote, null, ClientTerms.standard("alice", right, datagrams), key);
    }

    private Client connect(
            InetSocketAddress remote, @Nullable TlsCredentials own, ClientTerms terms, @Nullable WrapKey key)
            throws Exception {
        TlsContext tls = clientTls(own);
        Client client = new Client();
        client.vpn = OpenVpnClient.connect(
                new ClientConfig(remote, tls, key, terms, new JavaxPacketCiphers()), loops.next(), compute, client);
        return client;
    }

    @Override
    public void close() {
        port.close();
        server.close();
        gateway.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        compute.shutdownNow();
        // A buffer that is forgotten fails the test that forgot it.
        Buffers.areBackAt(buffersBefore);
    }

    /** What became of one client. */
    final class Client implements ClientEvents {
        final CompletableFuture<Connected> connected = new CompletableFuture<>();
        final CompletableFuture<String> closed = new CompletableFuture<>();
        final Queue<String> received = new ConcurrentLinkedQueue<>();
        private @Nullable OpenVpnClient vpn;

        Connected connected() {
            return connected.orTimeout(20, TimeUnit.SECONDS).join();
        }

        String closed() {
            return closed.orTimeout(20, TimeUnit.SECONDS).join();
        }

        String address() {
            InetAddress ipv4 = connected().ipv4();
            return ipv4 == null ? "" : ipv4.getHostAddress();
        }

        OpenVpnClient vpn() {
            OpenVpnClient there = vpn;
            if (there == null) {
                throw new IllegalStateException("not connected");
            }
            return there;
        }

        void send(ByteBuf packet) {
            Executor loop = loops.next();
            loop.execute(() -> {
                vpn().accept(packet);
                vpn().flush();
            });
        }

        @Override
        public void connected(Connected how) {
            connected.complete(how);
        }

        @Override
        public void accept(ByteBuf packet) {
            received.add(ByteBufUtil.hexDump(packet));
            packet.release();
        }

        @Override
        public void flush() {}

        @Override
        public void closed(ClientOut.End end, String detail) {
            closed.complete(end + " " + detail);
            connected.completeExceptionally(new AssertionError(end + " " + detail));
        }
    }
}
