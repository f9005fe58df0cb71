package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;

/** Certificate, password, both, and everybody who must stay outside. */
@Interop
class AuthenticationInteropTest {
    private static final String PASSWORD = "correct horse battery staple";
    private static final Duration AT_ONCE = Duration.ofSeconds(15);

    private static Lab lab;
    private static Gateway gateway;
    private static ClientProfile profile;
    private static Credentials alice;
    private static Credentials revoked;
    private static TestAuthority secondRoot;

    @BeforeAll
    static void open(Lab opened) throws java.io.IOException {
        lab = opened;
        gateway = Gateway.init(lab);
        gateway.addUser("alice", PASSWORD);
        alice = gateway.issue("alice");
        revoked = gateway.issue("mallory");
        gateway.revoke(revoked);
        secondRoot = new TestAuthority("second root");
        Path root = gateway.directory().resolve("second-root.crt");
        Files.writeString(root, secondRoot.certificate());
        gateway.configuration().add("/auth/certificate/roots", root.toString()).save();
        profile = gateway.export(null).withoutCertificate().without("auth-user-pass");
    }

    @ParameterizedTest
    @Transports(representative = "udp")
    void certificateAlone(String transport) {
        Running running = run("certificate");
        connects(over(transport, profile.withCertificate(alice)));
        connects(over(transport, profile.withCertificate(secondRoot.client("alice"))));
        refuses(running, over(transport, profile.withPassword(lab, "alice", PASSWORD)), "certificate");
        refuses(running, over(transport, profile.withCertificate(revoked)), "revoked");
        refuses(
                running,
                over(transport, profile.withCertificate(new TestAuthority("unknown").client("alice"))),
                "authority|unknown.ca|trust");
        refuses(running, over(transport, profile.withCertificate(secondRoot.expiredClient("alice"))), "expired");
    }

    @ParameterizedTest
    @Transports(representative = "tcp")
    void passwordAlone(String transport) {
        Running running = run("password");
        connects(over(transport, profile.withPassword(lab, "alice", PASSWORD)));
        refuses(running, over(transport, profile.withPassword(lab, "alice", "wrong")), "password|credentials");
        refuses(running, over(transport, profile.withPassword(lab, "nobody", PASSWORD)), "password|credentials");
    }

    @ParameterizedTest
    @Transports(representative = "udp")
    void both(String transport) {
        Running running = run("both");
        connects(over(transport, profile.withCertificate(alice).withPassword(lab, "alice", PASSWORD)));
        refuses(
                running,
                over(transport, profile.withCertificate(alice).withPassword(lab, "alice", "wrong")),
                "password|credentials");
        refuses(
                running,
                over(transport, profile.withCertificate(revoked).withPassword(lab, "alice", PASSWORD)),
                "revoked");
        refuses(running, over(transport, profile.withPassword(lab, "alice", PASSWORD)), "certificate");
        refuses(running, over(transport, profile.withCertificate(alice)), "password|credentials");
    }

    @ParameterizedTest
    @Transports(representative = "tcp")
    void anyOfThem(String transport) {
        run("any");
        connects(over(transport, profile.withCertificate(alice)));
        connects(over(transport, profile.withPassword(lab, "alice", PASSWORD)));
    }

    private static Running run(String require) {
        gateway.configuration().set("/protocols/openvpn/require", require).save();
        return gateway.run();
    }

    private static ClientProfile over(String transport, ClientProfile profile) {
        return transport.equals("tcp") ? profile.overTcp() : profile.overUdp();
    }

    private static void connects(ClientProfile profile) {
        try (OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(1), profile)) {
            Ping.answers(client.namespace(), Lab.HOST);
            assertThat(gateway.sessions().only("alice").privateAddress()).isEqualTo(client.address());
        }
        gateway.awaitNoSession();
    }

    /** The client is told at once, long before its own handshake deadline of 60 s, and our log has the reason. */
    private static void refuses(Running running, ClientProfile profile, String reason) {
        int before = running.mark();
        try (OpenVpnClient client = OpenVpnClient.start(lab, lab.client(2), profile)) {
            assertThat(client.awaitRefusal(AT_ONCE)).contains("AUTH_FAILED");
            running.awaitSince(before, "(?i)" + reason, AT_ONCE);
            assertThat(client.log()).doesNotContain(OpenVpnClient.UP);
        }
        assertThat(gateway.sessions().entries()).isEmpty();
    }
}
