package io.sallyport.sstp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.sallyport.core.ClientSettings;
import io.sallyport.core.Gateway;
import io.sallyport.core.GatewaySettings;
import io.sallyport.core.address.AddressPools;
import io.sallyport.core.address.Pool;
import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.Authenticator;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.auth.FailureDamping;
import io.sallyport.core.auth.LocalUser;
import io.sallyport.core.auth.LocalUsers;
import io.sallyport.core.auth.MsChapV2Hashes;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.network.MemoryNetwork;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.port443.Port443;
import io.sallyport.core.port443.PortLimits;
import io.sallyport.core.port443.ShownCertificate;
import io.sallyport.core.port443.TerminatedTls;
import io.sallyport.core.port443.TlsLimits;
import io.sallyport.core.port443.TlsTermination;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.session.SessionListener;
import io.sallyport.core.support.Buffers;
import io.sallyport.core.tls.TestPki;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.worker.Compute;
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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A gateway on loopback with its own TLS (the JDK's, unless a test wants BoringSSL) or none, one worker and a network in memory that echoes; alice's and bob's password is "right". */
final class SstpSite implements AutoCloseable {
    static final String NAME = "vpn.example.test";
    private static final String BYSTANDER = "bystander";
    private static final Duration SOON = Duration.ofSeconds(20);
    static final TestPki PKI = new TestPki(TestPki.Keys.ECDSA);
    private static final TlsCredentials CREDENTIALS = PKI.server(NAME);

    private final long buffersBefore = Buffers.taken();
    final Workers workers = Workers.start(1);
    final List<String> events = new CopyOnWriteArrayList<>();
    final List<String> refusals = new CopyOnWriteArrayList<>();
    /** See {@link Leftovers}; of the connections that come while they are kept. */
    final List<String> leftovers = new CopyOnWriteArrayList<>();

    volatile boolean keepsLeftovers;
    final MemoryNetwork network = new MemoryNetwork("echo", 1400);
    final Gateway gateway;
    final SstpServer server;
    final InetSocketAddress address;
    private final Compute compute = new Compute(1);
    private final TlsTermination tls;
    private final Port443 port;
    private final BrokenNetwork brokenNetwork = new BrokenNetwork(network);
    final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    /** From now on random octets are a bug. */
    volatile boolean broken;
    /** How many bugs there were that a test put there. */
    private final AtomicInteger bugs = new AtomicInteger();

    private @Nullable Visitor bystander;
    private int bystanderPings;
    /** The authenticator answers when this is done. */
    volatile CompletableFuture<Void> decided = CompletableFuture.completedFuture(null);

    /** How often the authenticator was asked. */
    final AtomicInteger asked = new AtomicInteger();
    /** Who decides; alice's password, at first. */
    volatile Authenticator judge = request -> new AuthDecision.Reject(RejectReason.UNAVAILABLE, "not yet");

    SstpSite() throws Exception {
        this(UnaryOperator.identity());
    }

    SstpSite(UnaryOperator<SstpSettings> changes) throws Exception {
        this(changes, TlsTermination.Provider.JDK);
    }

    SstpSite(UnaryOperator<SstpSettings> changes, TlsTermination.Provider provider) throws Exception {
        AddressPools pools = AddressPools.inMemory(List.of(Pool.of("10.8.0.0/24"), Pool.of("fd00::/64")));
        ClientSettings clients = new ClientSettings(
                List.of(InetAddress.ofLiteral("192.0.2.53"), InetAddress.ofLiteral("2001:db8::53")),
                null,
                List.of(),
                pools.gatewayAddresses());
        gateway = Gateway.start(
                brokenNetwork, workers, pools, authenticator(), GatewaySettings.of(clients), List.of(new Diary()));
        SstpSettings settings =
                SstpSettings.standard(List.of(AuthProtocol.MS_CHAP_V2, AuthProtocol.PAP, AuthProtocol.EAP));
        server = new SstpServer(gateway, changes.apply(settings), this::fill);
        tls = TlsTermination.of(CREDENTIALS, provider, TlsLimits.DEFAULT, compute, this::accept);
        ShownCertificate shown = shown();
        // What arrives without TLS came through a terminator.
        port = Port443.bind(
                workers.all(),
                List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0)),
                List.of(tls, new TerminatedTls(this::accept, () -> shown)),
                PortLimits.DEFAULT);
        address = port.addresses().getFirst();
    }

    private void accept(Channel channel, Worker worker, ShownCertificate shown) {
        if (keepsLeftovers) {
            channel.pipeline().addLast(new Leftovers(leftovers));
        }
        server.accept(channel, worker, shown);
    }

    /**
     * With somebody beside whom a test attacks, who has a session all the while, and whose packets pass at the beginning and when this is closed. The figures here count everybody
     * but this one.
     */
    static SstpSite withBystander() throws Exception {
        return withBystander(UnaryOperator.identity());
    }

    static SstpSite withBystander(UnaryOperator<SstpSettings> changes) throws Exception {
        SstpSite site = new SstpSite(changes);
        site.bystander = site.connect(BYSTANDER, "right", UnaryOperator.identity());
        site.bystanderGoesOn();
        await().atMost(SOON).until(() -> site.server.halfOpen() == 0);
        site.asked.set(0);
        return site;
    }

    private void bystanderGoesOn() {
        if (bystander != null) {
            bystander.echoes(++bystanderPings);
        }
    }

    private void fill(byte[] octets) {
        if (broken) {
            throwBug(false);
        }
        new SecureRandom().nextBytes(octets);
    }

    /** The next time that packets leave for the network is a bug. */
    void breakFlush(boolean asAnError) {
        brokenNetwork.nextFlush = () -> throwBug(asAnError);
    }

    private void throwBug(boolean asAnError) {
        bugs.incrementAndGet();
        if (asAnError) {
            throw new LinkageError("a bug that a test put there");
        }
        throw new IllegalStateException("a bug that a test put there");
    }

    private Authenticator authenticator() {
        Secret hash;
        try (Secret password = password("right")) {
            hash = MsChapV2Hashes.ntHash(password);
        }
        LocalUsers users = new LocalUsers(
                Map.of("alice", user("alice", hash), "bob", user("bob", hash), BYSTANDER, user(BYSTANDER, hash)),
                new FailureDamping(),
                new SecureRandom(),
                Instant::now);
        judge = users;
        return new Authenticator() {
            @Override
            public AuthDecision authenticate(AuthRequest request) throws InterruptedException {
                asked.incrementAndGet();
                decided.join();
                return judge.authenticate(request);
            }

            @Override
            public EapConversation eap(ClientContext client) {
                return judge.eap(client);
            }
        };
    }

    private static LocalUser user(String name, Secret hash) {
        return new LocalUser(name, hash, false, Set.of(), null);
    }

    static Secret password(String text) {
        return Secret.taking(text.getBytes(StandardCharsets.UTF_8));
    }

    /** From now on whoever connects is shown another certificate. */
    ShownCertificate renew() throws Exception {
        TlsCredentials next = PKI.server(NAME);
        tls.replace(next);
        return shown(next);
    }

    /** At first. */
    static ShownCertificate shown() throws Exception {
        return shown(CREDENTIALS);
    }

    private static ShownCertificate shown(TlsCredentials credentials) throws Exception {
        byte[] leaf = credentials.chain().getFirst().getEncoded();
        return new ShownCertificate(
                List.of(Octets.of(MessageDigest.getInstance("SHA-1").digest(leaf))),
                List.of(Octets.of(MessageDigest.getInstance("SHA-256").digest(leaf))));
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
        return connect("alice", password, changes);
    }

    Visitor connect(String user, String password, UnaryOperator<SstpClientConfig> changes) throws Exception {
        Secret secret = password(password);
        SstpClientConfig config = changes.apply(config(new PppLogin.MsChapV2(user, secret)));
        return new Visitor(config, loops.next(), secret);
    }

    long drops(Verdict verdict) {
        return workers.all().stream().mapToLong(w -> w.verdicts().get(verdict)).sum();
    }

    int sessions() {
        return gateway.sessions().count() - (bystander == null ? 0 : 1);
    }

    /** With a session or without. */
    int connections() {
        return server.connections() - (bystander == null ? 0 : 1);
    }

    /** Writes down what becomes of sessions. */
    private final class Diary implements SessionListener {
        @Override
        public void refused(ClientContext client, String user, String detail) {
            refusals.add(user + ": " + detail);
        }

        @Override
        public void up(Session session) {
            add(session, "up " + session.cipher());
        }

        @Override
        public void closed(Session session, CloseReason reason, Duration duration) {
            add(session, "closed " + reason);
        }

        private void add(Session session, String event) {
            if (!session.user().equals(BYSTANDER)) {
                events.add(session.user() + " " + event);
            }
        }
    }

    @Override
    public void close() {
        try {
            bystanderGoesOn();
        } finally {
            end();
        }
        assertThat(drops(Verdict.INTERNAL_ERROR))
                .as("bugs, all of them reported")
                .isEqualTo(bugs.get());
    }

    private void end() {
        if (bystander != null) {
            bystander.close();
        }
        port.close();
        server.close();
        gateway.close();
        tls.close();
        compute.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        // A buffer that is forgotten fails the test that forgot it.
        Buffers.areBackAt(buffersBefore);
    }
}
