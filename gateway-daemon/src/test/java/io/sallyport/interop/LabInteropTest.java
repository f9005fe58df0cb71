package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The lab itself, with Debian's openvpn on both ends: what passes here and fails against the gateway is the gateway's doing. */
@Interop
class LabInteropTest {
    private static Lab lab;
    private static TestAuthority authority;

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        authority = new TestAuthority("lab");
    }

    @Test
    void carriesPingsIperfAndAFileThroughALossyLink() {
        OpenVpnServer.start(lab, authority, false);
        OpenVpnClient client =
                OpenVpnClient.connect(lab, lab.client(1), profile("one").overUdp());
        Ping.answers(client.namespace(), Lab.HOST);
        Ping.answers(client.namespace(), Lab.HOST_6);
        Ping.answersUnfragmented(client.namespace(), Lab.HOST, 1400);

        Iperf.serve(lab, lab.host());
        Iperf.megabits(client.namespace(), Lab.HOST, Iperf.Direction.UP, 1);
        Iperf.megabits(client.namespace(), Lab.HOST_6, Iperf.Direction.DOWN, 1);

        lab.lose(1, 1);
        FileTransfer.arrivesIntact(lab, client.namespace(), lab.host(), Lab.HOST, 5_000_000, Duration.ofSeconds(60));
        FileTransfer.arrivesIntact(
                lab, lab.host(), client.namespace(), client.address(), 5_000_000, Duration.ofSeconds(60));
        lab.loseNothing(1);
    }

    @Test
    void losesWhatItIsToldToLose() {
        OpenVpnServer.start(lab, authority, false);
        OpenVpnClient client =
                OpenVpnClient.connect(lab, lab.client(1), profile("one").overUdp());
        lab.lose(100, 1);
        Ping.staysUnanswered(client.namespace(), Lab.HOST);
        lab.loseNothing(1);
        Ping.awaitAnswer(client.namespace(), Lab.HOST, Duration.ofSeconds(20));
    }

    @Test
    void movesAClientToAnotherPortAndAnotherAddress() {
        OpenVpnServer server = OpenVpnServer.start(lab, authority, false);
        OpenVpnClient client =
                OpenVpnClient.connect(lab, lab.client(2), profile("two").overUdp());
        int before = server.mark();
        Moves.toOtherPort(lab, 2, 40_000, Lab.HOST);
        Ping.awaitAnswer(client.namespace(), Lab.HOST, Duration.ofSeconds(10));
        server.awaitSince(before, Lab.clientAddress(2) + ":40000", Duration.ofSeconds(10));
        lab.client(2).run("nft", "delete", "table", "ip", "moved").orFail();
        Moves.toOtherAddress(lab, 2);
        Ping.awaitAnswer(client.namespace(), Lab.HOST, Duration.ofSeconds(10));
        server.awaitSince(before, Moves.otherAddress(2), Duration.ofSeconds(10));
    }

    @Test
    void bringsClientsBackAfterTheServerWasKilled() {
        for (boolean tcp : new boolean[] {false, true}) {
            OpenVpnServer server = OpenVpnServer.start(lab, authority, tcp);
            ClientProfile profile = profile("three");
            OpenVpnClient client =
                    OpenVpnClient.connect(lab, lab.client(3), tcp ? profile.overTcp() : profile.overUdp());
            int before = client.mark();
            server.kill();
            OpenVpnServer.start(lab, authority, tcp);
            client.awaitSince(before, OpenVpnClient.UP, Duration.ofSeconds(60));
            Ping.awaitAnswer(client.namespace(), Lab.HOST, Duration.ofSeconds(10));
            lab.endProcesses();
        }
    }

    @Test
    void seesARefusal() {
        OpenVpnServer.start(lab, authority, false);
        ClientProfile stranger = profile("four").withCertificate(new TestAuthority("stranger").client("four"));
        // A server that cannot verify the certificate says nothing to a TLS 1.2 client: only the client's own deadline
        // ends it.
        OpenVpnClient client = OpenVpnClient.start(lab, lab.client(4), stranger.overUdp(), "--hand-window", "5");
        assertThat(client.awaitRefusal(Duration.ofSeconds(20))).isNotEmpty();
    }

    @Test
    void holdsManyClientsAtOnce() {
        OpenVpnServer.start(lab, authority, false);
        List<OpenVpnClient> clients = new ArrayList<>();
        for (int n = 10; n < 15; n++) {
            clients.add(
                    OpenVpnClient.start(lab, lab.client(n), profile("user" + n).overUdp()));
        }
        clients.forEach(OpenVpnClient::awaitUp);
        clients.forEach(client -> Ping.answers(client.namespace(), Lab.HOST));
        assertThat(clients.stream().map(OpenVpnClient::address).distinct()).hasSize(5);
    }

    @Test
    void attacksWithoutHarmToAStockServer() throws java.io.IOException {
        OpenVpnServer.start(lab, authority, false);
        Running middle = HostileDatagrams.start(lab, lab.client(5), 20_000);
        OpenVpnClient victim =
                OpenVpnClient.connect(lab, lab.client(5), profile("five").to(HostileDatagrams.REMOTE));
        assertThat(HostileDatagrams.attack(middle, 1)).isEqualTo(2_000);
        assertThat(HostileDatagrams.attack(middle, 2)).isEqualTo(20_000);
        // It writes a line for each of them first.
        Ping.awaitAnswer(victim.namespace(), Lab.HOST, Duration.ofMinutes(1));
        Ping.answers(victim.namespace(), Lab.HOST);

        OpenVpnServer.start(lab, authority, true, "--dev", "tun10", "--server", "172.16.202.0", "255.255.255.0");
        assertThat(HostileConnections.opened(HostileConnections.start(lab, lab.client(5), 200)))
                .isEqualTo(200);
    }

    @Test
    void hasMachinesWithAKernelOfTheirOwnThatWriteNothingOutsideOfTheLab() {
        try (UserModeLinux one = UserModeLinux.boot(lab, 20);
                UserModeLinux two = UserModeLinux.boot(lab, 21)) {
            for (UserModeLinux machine : List.of(one, two)) {
                Ping.answers(machine, Lab.GATEWAY);
                Ping.answers(machine, Lab.GATEWAY_6);
                Ping.answers(lab.gateway(), machine.outerAddress());
                assertThat(machine.run("test", "-c", "/dev/ppp").ok()).isTrue();
            }
            assertThat(one.shell("touch /etc/own; touch /var/own").err()).contains("Read-only file system");
            one.shell("echo own >/etc/ppp/options && echo own >/tmp/own").orFail();
            assertThat(two.run("cat", "/etc/ppp/options", "/tmp/own").out()).isEmpty();
            assertThat(one.shell("echo a 'b c'; echo d >&2; exit 7"))
                    .returns(7, Command.Outcome::status)
                    .returns("a b c\n", Command.Outcome::out)
                    .returns("d\n", Command.Outcome::err);
            assertThat(one.run(Duration.ofSeconds(1), "sleep", "60").status()).isEqualTo(-1);
            assertThat(Command.run("grep", "-cx", "own", "/etc/ppp/options").out())
                    .isEqualTo("0\n");
        }
    }

    private static ClientProfile profile(String user) {
        return OpenVpnServer.profile(authority, authority.client(user));
    }
}
