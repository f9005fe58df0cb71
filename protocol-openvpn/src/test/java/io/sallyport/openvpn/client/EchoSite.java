package io.sallyport.openvpn.client;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.sallyport.core.ClientSettings;
import io.sallyport.core.Gateway;
import io.sallyport.core.GatewaySettings;
import io.sallyport.core.address.AddressPools;
import io.sallyport.core.address.Pool;
import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.crypto.JavaxPacketCiphers;
import io.sallyport.core.network.MemoryNetwork;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.port443.Port443;
import io.sallyport.core.port443.PortLimits;
import io.sallyport.core.tls.JsseTls;
import io.sallyport.core.tls.TestPki;
import io.sallyport.core.tls.TlsSettings;
import io.sallyport.core.tls.TlsSettings.Versions;
import io.sallyport.core.udp.DatagramEdge;
import io.sallyport.core.udp.DatagramEdges;
import io.sallyport.core.worker.Workers;
import io.sallyport.openvpn.control.ClientTerms;
import io.sallyport.openvpn.control.ServerTerms.Require;
import io.sallyport.openvpn.server.OpenVpnServer;
import io.sallyport.openvpn.server.OpenVpnSettings;
import io.sallyport.openvpn.wire.ServerKeys;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A gateway on loopback before a network in memory that echoes; it lets in whose password is "right". */
final class EchoSite implements AutoCloseable {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    private static final TestPki PKI = new TestPki(TestPki.Keys.ECDSA);

    private final Workers workers = Workers.start(2);
    private final AtomicInteger authentications = new AtomicInteger();
    private final Gateway gateway;
    private final OpenVpnServer server;
    private final InetSocketAddress udp;
    private final Port443 port;
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final ExecutorService compute = Executors.newFixedThreadPool(1);

    EchoSite() throws Exception {
        AddressPools pools = AddressPools.inMemory(List.of(Pool.of("10.8.0.0/24")));
        ClientSettings clients = new ClientSettings(List.of(), null, List.of(), pools.gatewayAddresses());
        gateway = Gateway.start(
                new MemoryNetwork("echo", 1400), workers, pools, this::judge, GatewaySettings.of(clients), List.of());
        JsseTls tls = JsseTls.server(new TlsSettings(
                Versions.TLS_1_2_OR_1_3, PKI.server("vpn.example.test"), List.of(PKI.root()), true, null));
        server = new OpenVpnServer(
                gateway, OpenVpnSettings.standard(tls, Require.PASSWORD), ServerKeys.NONE, new JavaxPacketCiphers());
        List<DatagramEdge> edges = DatagramEdges.bind(workers.all(), 0, ANY_PORT, server::udp);
        server.attach(edges);
        udp = edges.getFirst().localAddress();
        port = Port443.bind(workers.all(), List.of(ANY_PORT), List.of(server.tcp()), PortLimits.DEFAULT);
    }

    private AuthDecision judge(AuthRequest request) {
        authentications.incrementAndGet();
        return request instanceof AuthRequest.Password password
                        && password.password().matches("right".getBytes(StandardCharsets.UTF_8))
                ? new AuthDecision.Accept(Grant.of(password.user()))
                : new AuthDecision.Reject(RejectReason.BAD_CREDENTIALS, "not right");
    }

    Visitor connect(boolean overUdp, String password) throws Exception {
        JsseTls tls = JsseTls.client(
                new TlsSettings(Versions.TLS_1_3_ONLY, null, List.of(PKI.root()), false, "vpn.example.test"));
        Secret secret = Secret.taking(password.getBytes(StandardCharsets.UTF_8));
        InetSocketAddress remote = overUdp ? udp : port.addresses().getFirst();
        ClientConfig config = new ClientConfig(
                remote, tls, null, ClientTerms.standard("alice", secret, overUdp), new JavaxPacketCiphers());
        EventLoop loop = loops.next();
        return new Visitor(config, loop, compute, secret);
    }

    int authentications() {
        return authentications.get();
    }

    int sessions() {
        return gateway.sessions().count();
    }

    @Override
    public void close() {
        port.close();
        server.close();
        gateway.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        compute.shutdownNow();
    }
}
