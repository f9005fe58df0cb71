package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people do with a tunnel: ping, bulk data both ways, a file over a bad link, for longer than a key lives. */
@Interop
class TrafficInteropTest {
    private static final int FILE_OCTETS = 50_000_000;
    private static final Duration FILE_LIMIT = Duration.ofMinutes(3);

    private static Lab lab;
    private static Gateway gateway;
    private static ClientProfile profile;

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        gateway = Gateway.init(lab);
        gateway.issue("alice");
        profile = gateway.export("alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp", "tcp"})
    void pingsAndIperfBothWaysOverBothFamilies(String transport) {
        OpenVpnClient client = connect(transport);
        Namespace inside = client.namespace();
        assertThat(client.address()).startsWith("172.16.201.");
        assertThat(client.address6()).startsWith("fd72:");
        Ping.answers(inside, Lab.HOST);
        Ping.answers(inside, Lab.HOST_6);
        Ping.answers(lab.host(), client.address());
        Ping.answers(lab.host(), client.address6());
        Iperf.serve(lab, lab.host());
        int seconds = InteropMode.pick(2, 10);
        for (String host : new String[] {Lab.HOST, Lab.HOST_6}) {
            double up = Iperf.megabits(inside, host, Iperf.Direction.UP, seconds);
            double down = Iperf.megabits(inside, host, Iperf.Direction.DOWN, seconds);
            System.out.printf("%s to %s: %.0f Mbit/s up, %.0f Mbit/s down%n", transport, host, up, down);
        }
    }

    @ParameterizedTest
    @Transports(representative = "udp")
    void aFileArrivesIntactOverALinkThatLosesOnePercent(String transport) {
        OpenVpnClient client = connect(transport);
        lab.lose(1, 1);
        try {
            FileTransfer.arrivesIntact(lab, client.namespace(), lab.host(), Lab.HOST, FILE_OCTETS, FILE_LIMIT);
            FileTransfer.arrivesIntact(lab, lab.host(), client.namespace(), client.address(), FILE_OCTETS, FILE_LIMIT);
        } finally {
            lab.loseNothing(1);
        }
        assertThat(gateway.sessions().only("alice").privateAddress()).isEqualTo(client.address());
    }

    @Test
    void connectsThroughALinkThatLosesAThird() {
        gateway.run();
        lab.lose(33, 1);
        try {
            OpenVpnClient client = OpenVpnClient.start(lab, lab.client(1), profile.overUdp());
            // The client waits longer and longer between its first packets: one attempt in 200 takes over 90 s.
            client.awaitLog(OpenVpnClient.UP, Duration.ofMinutes(4));
        } finally {
            lab.loseNothing(1);
        }
    }

    @ParameterizedTest
    @Transports(representative = "tcp")
    void keysAreRenewedWhileDataFlows(String transport) {
        int everySeconds = InteropMode.pick(5, 20);
        OpenVpnClient client = connect(transport, "--reneg-sec", Integer.toString(everySeconds));
        Iperf.serve(lab, lab.host());
        String before = gateway.sessions().only("alice").id();
        keepBusyUntil(client, 2, Iperf.Direction.UP, everySeconds);
        keepBusyUntil(client, 4, Iperf.Direction.DOWN, everySeconds);

        assertThat(client.log()).containsOnlyOnce(OpenVpnClient.UP).doesNotContain("TLS Error");
        assertThat(gateway.sessions().only("alice").id()).isEqualTo(before);
        Ping.answers(client.namespace(), Lab.HOST);
    }

    @Test
    void theGatewayRenewsKeysWhileDataFlows() {
        gateway.configuration().set("/protocols/openvpn/renegotiate", "10s").save();
        try {
            OpenVpnClient client = connect("udp");
            Iperf.serve(lab, lab.host());
            keepBusyUntil(client, 3, Iperf.Direction.DOWN, 10);
            assertThat(client.log()).containsOnlyOnce(OpenVpnClient.UP).doesNotContain("TLS Error");
        } finally {
            gateway.configuration().set("/protocols/openvpn/renegotiate", "1h").save();
        }
    }

    /** Bulk data, again and again, until the client has finished so many handshakes; on a busy machine the data delays them by retransmissions. */
    private static void keepBusyUntil(OpenVpnClient client, int handshakes, Iperf.Direction direction, int seconds) {
        for (int run = 0; handshakesOf(client) < handshakes; run++) {
            assertThat(run)
                    .as("runs of %d s, after %d handshakes", seconds, handshakesOf(client))
                    .isLessThan(8);
            Iperf.megabits(client.namespace(), Lab.HOST, direction, seconds);
        }
    }

    private static long handshakesOf(OpenVpnClient client) {
        return Pattern.compile("Control Channel: TLSv")
                .matcher(client.log())
                .results()
                .count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1194 udp6", "443 tcp6-client"})
    void carriesBothFamiliesOverAnIpv6Internet(String portAndTransport) {
        Gateway dual = Gateway.init(lab);
        dual.configuration()
                .set("/listen/openvpn", List.of("0.0.0.0:1194", "[::]:1194"))
                .set("/listen/tls", List.of("0.0.0.0:443", "[::]:443"))
                .save();
        dual.issue("alice");
        dual.run();
        ClientProfile six = dual.export("alice").to("remote " + Lab.GATEWAY_6 + " " + portAndTransport);
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(1), six);
        Ping.answers(client.namespace(), Lab.HOST);
        Ping.answers(client.namespace(), Lab.HOST_6);
        assertThat(dual.sessions().only("alice").publicAddress()).contains("fd51:");
    }

    private static OpenVpnClient connect(String transport, String... options) {
        gateway.run();
        ClientProfile to = transport.equals("tcp") ? profile.overTcp() : profile.overUdp();
        return OpenVpnClient.connect(lab, lab.client(1), to, options);
    }
}
