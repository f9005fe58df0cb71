package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A password is asked for once, until it is changed. */
@Interop
class AuthTokenInteropTest {
    private static final String PASSWORD = "correct horse battery staple";
    private static final Duration SOON = Duration.ofSeconds(40);

    private static Lab lab;
    private static Gateway gateway;
    private static ClientProfile profile;

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        gateway = Gateway.init(lab);
        gateway.addUser("alice", PASSWORD);
        gateway.configuration().set("/protocols/openvpn/require", "password").save();
        profile = gateway.export(null)
                .withoutCertificate()
                .without("auth-user-pass")
                .overUdp();
    }

    @Test
    void renegotiationsAndReconnectsNeedNoPasswordUntilTheGatewayBeginsAnewOrItIsChanged() throws Exception {
        Running first = gateway.run();
        Path login = lab.write("login", "alice\n" + PASSWORD + "\n");
        // auth-nocache: the client forgets the password as soon as it has a token, and would read the file again.
        OpenVpnClient client = OpenVpnClient.connect(
                lab, lab.client(1), profile.with("auth-user-pass " + login), "--auth-nocache", "--reneg-sec", "6");
        Files.writeString(login, "alice\nwrong\n");

        int before = client.mark();
        client.awaitSince(before, "TLS: soft reset", SOON);
        client.awaitSince(before, "Control Channel: TLS", SOON);
        Ping.answers(client.namespace(), Lab.HOST);
        before = client.mark();
        client.signal("USR1");
        client.awaitSince(before, OpenVpnClient.UP, SOON);
        assertThat(client.log()).doesNotContain("AUTH_FAILED");
        Ping.answers(client.namespace(), Lab.HOST);

        Files.writeString(login, "alice\n" + PASSWORD + "\n");
        before = client.mark();
        first.signal("TERM");
        first.awaitExit(SOON);
        gateway.run();
        // The token is of before: the client forgets it and brings the password again.
        client.awaitSince(before, "AUTH_FAILED,SESSION:", SOON);
        client.awaitSince(before, OpenVpnClient.UP, SOON);
        Ping.answers(client.namespace(), Lab.HOST);

        // The next renegotiation finds that the token ended with the password that it was given for.
        Files.writeString(login, "alice\nanother\n");
        before = client.mark();
        gateway.changePassword("alice", "another");
        client.awaitSince(before, "AUTH_FAILED,SESSION:", SOON);
        client.awaitSince(before, OpenVpnClient.UP, SOON);
        Ping.answers(client.namespace(), Lab.HOST);
        gateway.changePassword("alice", PASSWORD);
    }

    @Test
    @FullRun
    void withoutTokensAChangedPasswordIsMissedAtTheNextConnection() {
        gateway.configuration().set("/protocols/openvpn/auth-token", "0s").save();
        gateway.run();
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(2), profile.withPassword(lab, "alice", PASSWORD));
        gateway.changePassword("alice", "another");
        int before = client.mark();
        client.signal("USR1");
        client.awaitSince(before, "AUTH_FAILED", SOON);
        gateway.changePassword("alice", PASSWORD);
        gateway.configuration().set("/protocols/openvpn/auth-token", "12h").save();
    }
}
