package io.sallyport.interop;

import io.sallyport.core.ClientSettings;
import io.sallyport.core.Gateway;
import io.sallyport.core.GatewaySettings;
import io.sallyport.core.address.AddressPools;
import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.address.Pool;
import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.AuthTokens;
import io.sallyport.core.auth.Authenticator;
import io.sallyport.core.auth.Authenticators;
import io.sallyport.core.auth.FailureDamping;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.crypto.JavaxPacketCiphers;
import io.sallyport.core.network.MemoryNetwork;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.tls.JsseTls;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.tls.TlsSettings;
import io.sallyport.core.udp.DatagramEdge;
import io.sallyport.core.udp.DatagramEdges;
import io.sallyport.core.worker.Workers;
import io.sallyport.daemon.pki.Pem;
import io.sallyport.openvpn.control.ServerTerms.Require;
import io.sallyport.openvpn.server.OpenVpnServer;
import io.sallyport.openvpn.server.OpenVpnSettings;
import io.sallyport.openvpn.wire.ServerKeys;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** A gateway on UDP 1194 with an authenticator as a second factor makes it: it thinks for a while, or asks for a code. It pushes more than one message holds. */
final class AskingGateway {
    static final String PASSWORD = "opensesame";
    static final String CODE = "271828";
    static final int ROUTES = 200;
    private static final Octets STATE = Octets.fromHex("c0de");

    static Running start(Lab lab, TestAuthority authority, String... options) {
        Credentials own = authority.server(Lab.GATEWAY_NAME);
        List<String> arguments = new java.util.ArrayList<>(List.of(
                lab.write("ask.crt", own.certificate()).toString(),
                lab.write("ask.key", own.key()).toString(),
                lab.write("ask-ca.crt", authority.certificate()).toString()));
        arguments.addAll(List.of(options));
        Running running = new Running(
                lab,
                "asking-gateway",
                lab.gateway()
                        .command(JavaProgram.command(
                                List.of("-Xmx256m", "--enable-native-access=ALL-UNNAMED"),
                                AskingGateway.class.getName(),
                                arguments.toArray(String[]::new))));
        running.awaitLog("ready", Duration.ofSeconds(60));
        return running;
    }

    /** {@code certificate key ca (think SECONDS | expire SECONDS | ask)}; until it is ended. */
    public static void main(String[] args) throws Exception {
        AuthTokens tokens = new AuthTokens(
                Duration.ofHours(1), Duration.ofHours(1), grant -> true, new SecureRandom(), System::nanoTime);
        Authenticator method = switch (args[3]) {
            case "think" -> thinking(Long.parseLong(args[4]));
            case "expire" -> expiring(Duration.ofSeconds(Long.parseLong(args[4])));
            default -> AskingGateway::ask;
        };
        Authenticator authenticator = Authenticators.of(List.of(tokens, method), new FailureDamping());
        Workers workers = Workers.start(1);
        AddressPools pools = AddressPools.inMemory(List.of(Pool.of("172.16.201.0/24")));
        List<IpPrefix> routes = IntStream.range(0, ROUTES)
                .mapToObj(i -> IpPrefix.parse("10.77." + i + ".0/24"))
                .toList();
        Gateway gateway = Gateway.start(
                new MemoryNetwork("memory", 1400),
                workers,
                pools,
                authenticator,
                GatewaySettings.of(new ClientSettings(List.of(), null, routes, pools.gatewayAddresses())),
                List.of());
        TlsCredentials own = new TlsCredentials(Pem.certificates(Path.of(args[0])), Pem.privateKey(Path.of(args[1])));
        JsseTls tls = JsseTls.server(new TlsSettings(
                TlsSettings.Versions.TLS_1_2_OR_1_3, own, Pem.certificates(Path.of(args[2])), true, null));
        OpenVpnServer server = new OpenVpnServer(
                gateway,
                OpenVpnSettings.standard(tls, Require.PASSWORD).withTokens(tokens),
                ServerKeys.NONE,
                new JavaxPacketCiphers());
        List<DatagramEdge> edges = DatagramEdges.bind(
                workers.all(), 0, new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 1194), server::udp);
        server.attach(edges);
        System.out.println("ready");
        new java.util.concurrent.CountDownLatch(1).await();
    }

    private static Authenticator thinking(long seconds) {
        return request -> {
            TimeUnit.SECONDS.sleep(seconds);
            return ask(request) instanceof AuthDecision.Challenge
                    ? new AuthDecision.Accept(Grant.of("alice"))
                    : new AuthDecision.Reject(RejectReason.BAD_CREDENTIALS, "wrong password");
        };
    }

    private static Authenticator expiring(Duration sessionTimeout) {
        return request -> new AuthDecision.Accept(Grant.of("alice").withDefaultTimeouts(sessionTimeout, null));
    }

    private static AuthDecision ask(AuthRequest request) {
        if (!(request instanceof AuthRequest.Password password)) {
            return new AuthDecision.Reject(RejectReason.METHOD_UNSUPPORTED, "passwords only");
        }
        boolean first = password.state() == null;
        String right = first ? PASSWORD : CODE;
        if (!password.password().matches(right.getBytes(StandardCharsets.UTF_8))) {
            return new AuthDecision.Reject(RejectReason.BAD_CREDENTIALS, "wrong");
        }
        return first
                ? new AuthDecision.Challenge("Your code", false, STATE)
                : new AuthDecision.Accept(Grant.of(password.user()));
    }

    private AskingGateway() {}
}
