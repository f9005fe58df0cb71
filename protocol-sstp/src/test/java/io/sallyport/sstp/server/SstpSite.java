package io.sallyport.sstp.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.sallyport.core.ClientSettings;
import io.sallyport.core.Gateway;
import io.sallyport.core.GatewaySettings;
import io.sallyport.core.address.AddressPools;
import io.sallyport.core.address.Pool;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.Authenticator;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.FailureDamping;
import io.sallyport.core.auth.LocalUser;
import io.sallyport.core.auth.LocalUsers;
import io.sallyport.core.auth.MsChapV2Hashes;
import io.sallyport.core.network.MemoryNetwork;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.port443.ShownCertificate;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.session.SessionListener;
import io.sallyport.core.support.Buffers;
import io.sallyport.core.tls.TestPki;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.core.worker.Workers;
import io.sallyport.sstp.client.SstpClientConfig;
import io.sallyport.sstp.ppp.AuthProtocol;
import io.sallyport.sstp.ppp.PppLogin;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A gateway on loopback with TLS of the JDK, one worker and a network in memory that echoes; alice's password is "right". */
final class SstpSite implements AutoCloseable {
    static final String NAME = "vpn.example.test";
    static final TestPki PKI = new TestPki(TestPki.Keys.ECDSA);
    private static final TlsCredentials CREDENTIALS = PKI.server(NAME);

    private final long buffersBefore = Buffers.taken();
    final Workers workers = Workers.start(1);
    final List<String> events = new CopyOnWriteArrayList<>();
    final List<String> refusals = new CopyOnWriteArrayList<>();
    final MemoryNetwork network = new MemoryNetwork("echo", 1400);
    final Gateway gateway;
    final SstpServer server;
    final InetSocketAddress address;
    private final Channel listening;
    final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    /** From now on random octets are a bug. */
    volatile boolean broken;
    /** The authenticator answers when this is done. */
    volatile CompletableFuture<Void> decided = CompletableFuture.completedFuture(null);

    SstpSite() throws Exception {
        this(UnaryOperator.identity());
    }

    SstpSite(UnaryOperator<SstpSettings> changes) throws Exception {
        AddressPools pools = AddressPools.inMemory(List.of(Pool.of("10.8.0.0/24"), Pool.of("fd00::/64")));
        ClientSettings clients = new ClientSettings(
                List.of(InetAddress.ofLiteral("192.0.2.53"), InetAddress.ofLiteral("2001:db8::53")),
                null,
                List.of(),
                pools.gatewayAddresses());
        gateway = Gateway.start(
                network, workers, pools, authenticator(), GatewaySettings.of(clients), List.of(new Diary()));
        SstpSettings settings = SstpSettings.standard(List.of(AuthProtocol.MS_CHAP_V2, AuthProtocol.PAP));
        server = new SstpServer(gateway, changes.apply(settings), this::fill);
        SslContext tls = SslContextBuilder.forServer(
                        CREDENTIALS.key(), CREDENTIALS.chain().toArray(X509Certificate[]::new))
                .sslProvider(SslProvider.JDK)
                .build();
        Worker worker = workers.get(0);
        listening = new ServerBootstrap()
                .group(worker.eventLoop())
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(tls.newHandler(channel.alloc()), new AfterHandshake(worker));
                    }
                })
                .bind(InetAddress.ofLiteral("127.0.0.1"), 0)
                .sync()
                .channel();
        address = (InetSocketAddress) listening.localAddress();
    }

    private void fill(byte[] octets) {
        if (broken) {
            throw new IllegalStateException("a bug that a test put there");
        }
        new SecureRandom().nextBytes(octets);
    }

    private Authenticator authenticator() {
        Secret hash;
        try (Secret password = password("right")) {
            hash = MsChapV2Hashes.ntHash(password);
        }
        LocalUsers users = new LocalUsers(
                Map.of("alice", new LocalUser("alice", hash, false, Set.of(), null)),
                new FailureDamping(),
                new SecureRandom());
        return (AuthRequest request) -> {
            decided.join();
            return users.authenticate(request);
        };
    }

    static Secret password(String text) {
        return Secret.taking(text.getBytes(StandardCharsets.UTF_8));
    }

    static ShownCertificate shown() throws Exception {
        byte[] leaf = CREDENTIALS.chain().getFirst().getEncoded();
        return new ShownCertificate(
                List.of(Octets.of(MessageDigest.getInstance("SHA-1").digest(leaf))),
                List.of(Octets.of(MessageDigest.getInstance("SHA-256").digest(leaf))));
    }

    private final class AfterHandshake extends ChannelInboundHandlerAdapter {
        private final Worker worker;

        AfterHandshake(Worker worker) {
            this.worker = worker;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
            if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
                server.accept(ctx.channel(), worker, shown());
                ctx.pipeline().remove(this);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var _ = ctx.close();
        }
    }

    static SslContext clientTls() throws Exception {
        return SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(PKI.root())
                .build();
    }

    SstpClientConfig config(PppLogin login) throws Exception {
        return SstpClientConfig.of(address, clientTls(), NAME, login);
    }

    Visitor connect(String password) throws Exception {
        return connect(password, UnaryOperator.identity());
    }

    Visitor connect(String password, UnaryOperator<SstpClientConfig> changes) throws Exception {
        Secret secret = password(password);
        SstpClientConfig config = changes.apply(config(new PppLogin.MsChapV2("alice", secret)));
        return new Visitor(config, loops.next(), secret);
    }

    long drops(Verdict verdict) {
        return workers.all().stream().mapToLong(w -> w.verdicts().get(verdict)).sum();
    }

    int sessions() {
        return gateway.sessions().count();
    }

    /** Writes down what becomes of sessions. */
    private final class Diary implements SessionListener {
        @Override
        public void refused(ClientContext client, String user, String detail) {
            refusals.add(user + ": " + detail);
        }

        @Override
        public void up(Session session) {
            events.add(session.user() + " up " + session.cipher());
        }

        @Override
        public void closed(Session session, CloseReason reason, Duration duration) {
            events.add(session.user() + " closed " + reason);
        }
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        server.close();
        gateway.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        // A buffer that is forgotten fails the test that forgot it.
        Buffers.areBackAt(buffersBefore);
    }
}
