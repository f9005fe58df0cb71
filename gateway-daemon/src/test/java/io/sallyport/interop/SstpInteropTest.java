package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** sstpc and pppd: ways to log in, who is refused and how, what goes through the tunnel. */
@Interop(processesStay = true)
class SstpInteropTest {
    private static final Duration AT_ONCE = Duration.ofSeconds(20);
    private static final String PASSWORD = "only for this test";

    private static Lab lab;
    private static Gateway gateway;
    private static Running running;
    private static UserModeLinux machine;

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        gateway = Gateway.init(lab);
        gateway.addUser("bob", PASSWORD);
        gateway.configuration()
                .set("/addresses/dns", List.of("10.20.0.53", "10.20.0.54"))
                .set("/addresses/dns-domain", "corp.example.test")
                .save();
        running = gateway.run();
        machine = UserModeLinux.boot(lab, 1);
        Iperf.serve(lab, lab.host());
    }

    @AfterEach
    void nobodyIsLeft() {
        gateway.awaitNoSession();
    }

    @Test
    void pingsAndIperfBothWaysOverBothFamilies() {
        try (SstpClient client = withPassword("bob", PASSWORD).awaitUp()) {
            assertThat(client.address()).startsWith("172.16.201.");
            assertThat(client.address6()).startsWith("fd72:");
            client.route("10.20.0.0/16", "fd20::/64");
            Ping.answers(machine, Lab.HOST);
            Ping.answers(machine, Lab.HOST_6);
            Ping.answers(lab.host(), client.address());
            Ping.answers(lab.host(), client.address6());
            int mtu = Integer.parseInt(machine.run("cat", "/sys/class/net/" + client.device() + "/mtu")
                    .out()
                    .trim());
            assertThat(mtu).isBetween(1280, 1500);
            Ping.answersUnfragmented(machine, Lab.HOST, mtu);
            Ping.answersUnfragmented(lab.host(), client.address(), mtu);
            Ping.answersUnfragmented(machine, Lab.HOST_6, mtu);
            int seconds = InteropMode.pick(2, 10);
            for (String host : List.of(Lab.HOST, Lab.HOST_6)) {
                double up = Iperf.megabits(machine, host, Iperf.Direction.UP, seconds);
                double down = Iperf.megabits(machine, host, Iperf.Direction.DOWN, seconds);
                System.out.printf("sstp to %s: %.0f Mbit/s up, %.0f Mbit/s down%n", host, up, down);
            }
        }
    }

    /** The device behind the gateway takes 1400: what this client does not take has to be cut, or its sender told. */
    @Test
    void packetsAboveTheClientsMruAreCutOrTheirSenderIsTold() {
        try (SstpClient client = SstpClient.start(gateway, machine, "bob", PASSWORD, SstpClient.MSCHAPV2, "mru", "1300")
                .awaitUp()) {
            client.route("10.20.0.0/16", "fd20::/64");
            // Before the sender has learned what fits, and would cut them itself.
            Ping.answersInFragments(lab.host(), client.address(), 1400);
            for (String address : List.of(client.address(), client.address6())) {
                Ping.answersUnfragmented(lab.host(), address, 1300);
                assertThat(Ping.tooLargeFor(lab.host(), address, 1301)).containsPattern("From .*mtu ?[=:] ?1300");
            }
        }
    }

    @Test
    void sessionsListShowsTheProtocolTheUserAndBothAddresses() {
        try (SstpClient client = withPassword("bob", PASSWORD).awaitUp()) {
            Sessions.Entry session = gateway.sessions().only("bob");
            assertThat(session.protocol()).isEqualToIgnoringCase("sstp");
            assertThat(session.privateAddress()).isEqualTo(client.address());
            assertThat(session.publicAddress()).startsWith(machine.outerAddress());
            assertThat(client.log()).contains("primary   DNS address 10.20.0.53", "secondary DNS address 10.20.0.54");
        }
    }

    @Test
    void aDomainBeforeTheUserChangesNothing() {
        try (SstpClient client = withPassword("CORP\\bob", PASSWORD).awaitUp()) {
            assertThat(gateway.sessions().entries())
                    .extracting(Sessions.Entry::privateAddress)
                    .containsExactly(client.address());
        }
    }

    @Test
    void aWrongPasswordIsError691() {
        for (String user : List.of("bob", "nobody")) {
            int before = running.mark();
            try (SstpClient client = withPassword(user, "wrong")) {
                client.awaitCall().awaitLog("E=691", AT_ONCE);
                running.awaitSince(before, "(?i)session refused.*(password|no local user)", AT_ONCE);
                client.awaitExit(AT_ONCE);
                assertThat(client.log()).doesNotContainPattern(SstpClient.UP);
            }
        }
    }

    /** RFC 2759 §6: "648 ERROR_PASSWD_EXPIRED"; whoever does not know the password hears nothing of it. */
    @Test
    void anExpiredPasswordIsError648() {
        gateway.addUser("carol", PASSWORD);
        gateway.passwordExpires("carol", "2001-02-03");
        int before = running.mark();
        try (SstpClient client = withPassword("carol", PASSWORD)) {
            client.awaitLog("E=648 R=0 .*M=the password has expired", AT_ONCE);
            running.awaitSince(before, "(?i)session refused.*expired on 2001-02-03", AT_ONCE);
            client.awaitExit(AT_ONCE);
            assertThat(client.log()).doesNotContainPattern(SstpClient.UP);
        }
        try (SstpClient client = withPassword("carol", "wrong")) {
            client.awaitLog("E=691", AT_ONCE);
            client.awaitExit(AT_ONCE);
        }
    }

    @Test
    void papIsRefusedUnlessItIsAllowed() {
        try (SstpClient client = SstpClient.start(gateway, machine, "bob", PASSWORD, SstpClient.PAP)) {
            client.awaitCall().awaitExit(AT_ONCE);
            assertThat(client.log()).doesNotContain("PAP AuthReq").doesNotContainPattern(SstpClient.UP);
        }
        allow("ms-chap-v2", "eap", "pap");
        try (SstpClient client = SstpClient.start(gateway, machine, "bob", PASSWORD, SstpClient.PAP)) {
            client.awaitUp();
            assertThat(client.log()).contains("PAP authentication succeeded");
            client.route("10.20.0.0/16");
            Ping.answers(machine, Lab.HOST);
        }
        try (SstpClient client = SstpClient.start(gateway, machine, "bob", "wrong", SstpClient.PAP)) {
            client.awaitCall().awaitLog("PAP authentication failed", AT_ONCE);
            client.awaitExit(AT_ONCE);
        } finally {
            allow("ms-chap-v2", "eap");
        }
    }

    @Test
    void eapTlsWithACertificateOfTheBuiltInAuthority() {
        Credentials alice = gateway.issue("alice");
        try (SstpClient client = SstpClient.startWithCertificate(gateway, machine, "alice", alice)) {
            client.awaitUp();
            client.route("10.20.0.0/16");
            Ping.answers(machine, Lab.HOST);
            assertThat(gateway.sessions().only("alice").privateAddress()).isEqualTo(client.address());
        }
    }

    @Test
    void eapTlsWithARevokedCertificate() {
        Credentials mallory = gateway.issue("mallory");
        gateway.revoke(mallory);
        refuses("mallory", mallory, "revoked");
    }

    @Test
    void eapTlsWithACertificateOfAnUnknownAuthority() {
        refuses("alice", new TestAuthority("unknown").client("alice"), "authority|unknown.ca|trust");
    }

    private static void refuses(String user, Credentials credentials, String reason) {
        int before = running.mark();
        try (SstpClient client = SstpClient.startWithCertificate(gateway, machine, user, credentials)) {
            client.awaitCall();
            running.awaitSince(before, "(?i)session refused.*(" + reason + ")|(" + reason + ").*refused", AT_ONCE);
            client.awaitExit(AT_ONCE);
            assertThat(client.log()).contains("EAP").doesNotContainPattern(SstpClient.UP);
        }
    }

    @FullRun
    @Test
    void aPasswordInsideEap() {
        try (SstpClient client = SstpClient.start(gateway, machine, "bob", PASSWORD, SstpClient.EAP)) {
            client.awaitUp();
            assertThat(client.log()).contains("EAP");
            client.route("10.20.0.0/16");
            Ping.answers(machine, Lab.HOST);
        }
    }

    /** Nothing but Configure-Requests for compression makes the difference: the client goes on without. */
    @Test
    void compressionIsRefusedAndTheTunnelWorksWithout() {
        try (SstpClient client =
                SstpClient.start(gateway, machine, "bob", PASSWORD, SstpClient.MSCHAPV2, "bsdcomp", "15")) {
            client.awaitUp();
            assertThat(client.log()).contains("sent [CCP ConfReq").doesNotContain("compression enabled");
            client.route("10.20.0.0/16");
            Ping.answers(machine, Lab.HOST);
        }
    }

    @Test
    void aClientOfAnotherAuthorityRefusesTheGateway() {
        Path other = lab.write("other.crt", new TestAuthority("other").certificate());
        try (SstpClient client = SstpClient.startTrusting(other, gateway, machine, "bob", PASSWORD)) {
            assertThat(client.awaitExit(AT_ONCE)).isNotZero();
            assertThat(client.log()).containsPattern("(?i)verif").doesNotContain("Using interface");
        }
    }

    @Test
    void dhcpInformInsideTheTunnelIsAnsweredWithRoutesAndNameServers() {
        try (SstpClient client = withPassword("bob", PASSWORD).awaitUp()) {
            DhcpInform answer = DhcpInform.ask(machine, client.device(), client.address());
            // RFC 3442: 16, the significant octets of 10.20.0.0, and a router.
            assertThat(answer.option(121)).startsWith("100a14");
            assertThat(answer.option(249)).isEqualTo(answer.option(121));
            assertThat(answer.option(6)).isEqualTo("0a140035" + "0a140036");
            assertThat(answer.text(15)).isEqualTo("corp.example.test");
        }
    }

    private static SstpClient withPassword(String user, String password) {
        return SstpClient.start(gateway, machine, user, password, SstpClient.MSCHAPV2);
    }

    private static void allow(String... ways) {
        gateway.configuration()
                .set("/protocols/sstp/authentication", List.of(ways))
                .save();
        gateway.ask("reload").orFail();
    }
}
