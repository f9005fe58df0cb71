package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A router whose next link is narrower than the gateway's: the gateway learns of it by ICMP alone. */
@Interop
class PathMtuInteropTest {
    private static final Duration FILE_LIMIT = Duration.ofMinutes(3);
    private static final int FILE_OCTETS = InteropMode.pick(2_000_000, 20_000_000);
    /** IPv6 has none below. */
    private static final int NARROW = 1280;

    private static final int INNER_MTU = 1400;

    private static Lab lab;
    private static Gateway gateway;
    private static ClientProfile profile;
    private static Namespace far;
    private static Namespace wide;

    /** How a client gets to the gateway. */
    record Way(boolean narrow, boolean six, boolean tcp) {}

    static Stream<Way> ways() {
        return InteropMode.pick(representative(), all()).stream();
    }

    private static List<Way> representative() {
        return List.of(new Way(true, false, false), new Way(true, true, true));
    }

    private static List<Way> all() {
        List<Way> all = new ArrayList<>();
        for (boolean narrow : List.of(true, false)) {
            for (boolean six : List.of(true, false)) {
                for (boolean tcp : List.of(true, false)) {
                    all.add(new Way(narrow, six, tcp));
                }
            }
        }
        return all;
    }

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        gateway = Gateway.init(lab);
        gateway.configuration()
                .set("/listen/openvpn", List.of("0.0.0.0:1194", "[::]:1194"))
                .set("/listen/tls", List.of("0.0.0.0:443", "[::]:443"))
                .save();
        gateway.issue("alice");
        profile = gateway.export("alice");
        far = lab.behind(1, NARROW);
        wide = lab.behind(2, 1500);
    }

    /** So that each case finds out about the path itself. */
    @BeforeEach
    void forgetPaths() {
        for (Namespace each : List.of(lab.gateway(), far, wide)) {
            each.run("ip", "route", "flush", "cache").orFail();
            each.run("ip", "-6", "route", "flush", "cache").orFail();
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void filesAndTheLargestPacketsArriveBothWays(Way way) {
        gateway.run();
        OpenVpnClient client = OpenVpnClient.connect(lab, way.narrow() ? far : wide, profile(way));
        largestPacketsArrive(client.namespace(), Lab.HOST);
        largestPacketsArrive(client.namespace(), Lab.HOST_6);
        largestPacketsArrive(lab.host(), client.address());
        FileTransfer.arrivesIntact(lab, client.namespace(), lab.host(), Lab.HOST, FILE_OCTETS, FILE_LIMIT);
        FileTransfer.arrivesIntact(lab, lab.host(), client.namespace(), client.address6(), FILE_OCTETS, FILE_LIMIT);
        assertThat(client.log()).containsOnlyOnce(OpenVpnClient.UP);
        assertThat(Drops.of(lab, "internal_error")).isZero();
    }

    /**
     * Packets of the tunnel's own MTU that must not be fragmented: outside they may be, by whoever sends them. The first
     * are lost while the path is being found out.
     */
    private static void largestPacketsArrive(Namespace from, String address) {
        String payload = Integer.toString(INNER_MTU - (address.contains(":") ? 48 : 28));
        from.run("ping", "-n", "-c", "3", "-i", "0.2", "-W", "1", "-M", "do", "-s", payload, address);
        Ping.answersUnfragmented(from, address, INNER_MTU);
    }

    /** With mssfix below what the path takes, no packet of a TCP connection inside is fragmented outside. */
    @Test
    void mssfixKeepsTcpBelowThePathsMtu() {
        gateway.configuration().set("/protocols/openvpn/mssfix", 1200).save();
        try {
            gateway.run();
            OpenVpnClient client = OpenVpnClient.connect(lab, far, profile.overUdp());
            lab.client(1)
                    .nft("table inet pieces { chain seen { type filter hook prerouting priority -450; "
                            + "ip frag-off & 0x3fff != 0 counter; }; }");
            FileTransfer.arrivesIntact(lab, far, lab.host(), Lab.HOST, FILE_OCTETS, FILE_LIMIT);
            FileTransfer.arrivesIntact(lab, lab.host(), far, client.address(), FILE_OCTETS, FILE_LIMIT);
            assertThat(fragments()).as("fragments on the way").isZero();
            largestPacketsArrive(far, Lab.HOST);
            assertThat(fragments()).as("fragments of what is larger").isPositive();
        } finally {
            gateway.configuration().set("/protocols/openvpn/mssfix", 0).save();
        }
    }

    private static long fragments() {
        String table = lab.client(1)
                .run("nft", "list", "table", "inet", "pieces")
                .orFail()
                .out();
        var count = Pattern.compile("counter packets (\\d+)").matcher(table);
        assertThat(count.find()).as(table).isTrue();
        return Long.parseLong(count.group(1));
    }

    private static ClientProfile profile(Way way) {
        String address = way.six() ? Lab.GATEWAY_6 : Lab.GATEWAY;
        String family = way.six() ? "6" : "4";
        return profile.to("remote " + address + (way.tcp() ? " 443 tcp" + family + "-client" : " 1194 udp" + family));
    }
}
