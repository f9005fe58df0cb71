package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A client whose packets suddenly come from elsewhere keeps its session. */
@Interop
class MovingClientInteropTest {
    private static final Duration SOON = Duration.ofSeconds(15);

    private static Lab lab;
    private static Gateway gateway;
    private static ClientProfile profile;

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        gateway = Gateway.init(lab);
        gateway.configuration()
                .set("/listen/openvpn", List.of("0.0.0.0:1194", "[::]:1194"))
                .save();
        gateway.issue("alice");
        profile = gateway.export("alice").overUdp();
    }

    @Test
    void toAnotherAddress() {
        gateway.run();
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(1), profile);
        Ping.answers(client.namespace(), Lab.HOST);
        Sessions.Entry before = gateway.sessions().only("alice");
        assertThat(before.publicAddress()).contains(Lab.clientAddress(1));

        Moves.toOtherAddress(lab, 1);
        Ping.awaitAnswer(client.namespace(), Lab.HOST, SOON);
        Ping.answers(client.namespace(), Lab.HOST);

        Awaitility.await("the session list to show the new address")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(gateway.sessions().only("alice").publicAddress())
                        .contains(Moves.otherAddress(1)));
        staysOne(before, client);
    }

    @Test
    void toAnotherIpv6Address() {
        gateway.run();
        ClientProfile remote = gateway.export("alice").to("remote " + Lab.GATEWAY_6 + " 1194 udp6");
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(3), remote);
        Sessions.Entry before = gateway.sessions().only("alice");
        assertThat(before.publicAddress()).contains(":13").doesNotContain(":133");

        Moves.toOtherAddress6(lab, 3);
        Ping.awaitAnswer(client.namespace(), Lab.HOST, SOON);
        Ping.answers(client.namespace(), Lab.HOST_6);
        Awaitility.await("the session list to show the new address")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(gateway.sessions().only("alice").publicAddress())
                        .contains(":133"));
        staysOne(before, client);
    }

    @Test
    void toAnotherPortWhileDataFlows() {
        gateway.run();
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(2), profile);
        Iperf.serve(lab, lab.host());
        Sessions.Entry before = gateway.sessions().only("alice");

        Running iperf = Iperf.begin(lab, client.namespace(), Lab.HOST, Iperf.Direction.DOWN, 12);
        Moves.toOtherPort(lab, 2, 40_000, Lab.HOST);
        Iperf.megabits(iperf, 12);

        Ping.answers(client.namespace(), Lab.HOST);
        staysOne(before, client);
    }

    private static void staysOne(Sessions.Entry before, OpenVpnClient client) {
        Sessions.Entry after = gateway.sessions().only("alice");
        assertThat(after.id()).isEqualTo(before.id()).isNotEmpty();
        assertThat(after.privateAddress()).isEqualTo(before.privateAddress());
        assertThat(client.log()).containsOnlyOnce(OpenVpnClient.UP);
    }
}
