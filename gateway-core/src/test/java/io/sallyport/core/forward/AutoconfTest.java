package io.sallyport.core.forward;

import static io.sallyport.core.support.TunnelQuestions.WINDOWS_OPTIONS;
import static io.sallyport.core.support.TunnelQuestions.dhcp;
import static io.sallyport.core.support.TunnelQuestions.dhcp6;
import static io.sallyport.core.support.TunnelQuestions.icmp6;
import static io.sallyport.core.support.TunnelQuestions.inform;
import static io.sallyport.core.support.TunnelQuestions.udp;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.ClientSettings;
import io.sallyport.core.GatewaySettings;
import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.support.Buffers;
import io.sallyport.core.support.RecordingLink;
import io.sallyport.core.support.SessionGrants;
import io.sallyport.core.support.TestGateway;
import io.sallyport.core.worker.Verdict;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Alice has 10.8.0.2, fd00::2 and the prefix 10.20.0.0/16 behind her; Bob has 10.8.0.3 and fd00::3. */
class AutoconfTest {
    private static final String SOLICIT_ROUTER = "8500000000000000";

    private final long buffersBefore = Buffers.taken();
    private final TestGateway gateway = new TestGateway();
    private RecordingLink link = new RecordingLink();
    private final RecordingLink bobLink = new RecordingLink();
    private Session alice = gateway.up(0, SessionGrants.withRoute("alice", "10.20.0.0/16"), link);

    @BeforeEach
    void bob() {
        gateway.up(0, Grant.of("bob"), bobLink);
        routes("10.1.0.0/16");
    }

    /** None of it is for the network or for anybody else. */
    @AfterEach
    void nothingWentElsewhere() {
        assertThat(gateway.network.received()).isEmpty();
        assertThat(bobLink.sent()).isEmpty();
        assertThat(gateway.drops(Verdict.INTERNAL_ERROR)).isZero();
        gateway.close();
        Buffers.areBackAt(buffersBefore);
    }

    @Test
    void windowsLearnsItsRoutesInTheTunnel() {
        gateway.fromClient(alice, inform("10.8.0.2", WINDOWS_OPTIONS));
        assertThat(link.sent()).singleElement().asString().contains("7907100a010a080001", "f907100a010a080001");
        assertThat(allDrops()).isZero();
    }

    @Test
    void theGatewaysOwnAddressAnswersToo() {
        gateway.fromClient(alice, udp("10.8.0.2", "10.8.0.1", 68, 67, dhcp("0a080002", "350108ff")));
        assertThat(link.sent()).hasSize(1);
        gateway.fromClient(alice, udp("10.8.0.2", "10.8.0.1", 68, 67, dhcp("0a080002", "350103ff")));
        assertThat(link.sent()).hasSize(1);
        assertThat(gateway.drops(Verdict.NO_ROUTE)).isEqualTo(1);
    }

    @Test
    void ipv6IsConfiguredByRouterAdvertisementAndDhcpv6() {
        gateway.fromClient(alice, icmp6("fe80::2", "ff02::2", 255, SOLICIT_ROUTER));
        gateway.fromClient(alice, icmp6("::", "ff02::2", 255, SOLICIT_ROUTER));
        gateway.fromClient(alice, dhcp6("fe80::2", "0ba1b2c3"));
        gateway.fromClient(alice, dhcp6("fd00::2", "0ba1b2c3"));
        gateway.fromClient(alice, icmp6("fe80::2", "fe80::1", 255, "8700000000000000fe800000000000000000000000000001"));
        assertThat(link.sent())
                .hasSize(5)
                .allSatisfy(packet -> assertThat(packet).startsWith("60"));
        assertThat(allDrops()).isZero();
    }

    @Test
    void whatIsConfiguredAnewIsSaidFromTheNextQuestionOn() {
        gateway.fromClient(alice, inform("10.8.0.2", WINDOWS_OPTIONS));
        routes("0.0.0.0/0", "172.16.0.0/12");
        gateway.fromClient(alice, inform("10.8.0.2", WINDOWS_OPTIONS));
        assertThat(link.sent().get(1))
                .contains("790c" + "000a080001" + "0cac100a080001")
                .doesNotContain("100a01");
    }

    @Test
    void everythingElseIsDroppedAsBefore() {
        drops(Verdict.MULTICAST, udp("10.8.0.2", "255.255.255.255", 68, 67, dhcp("0a080002", "350101ff")));
        drops(Verdict.MULTICAST, udp("10.8.0.2", "10.8.0.255", 68, 67, dhcp("0a080002", "350108ff")));
        drops(Verdict.MULTICAST, udp("10.8.0.2", "224.0.0.251", 5353, 5353, dhcp("0a080002", "350108ff")));
        drops(Verdict.SPOOFED_SOURCE, udp("0.0.0.0", "255.255.255.255", 68, 67, dhcp("00000000", "350101ff")));
        drops(Verdict.SPOOFED_SOURCE, inform("10.8.0.3", WINDOWS_OPTIONS));
        drops(Verdict.SPOOFED_SOURCE, inform("10.20.0.1", WINDOWS_OPTIONS));
        drops(Verdict.SPOOFED_SOURCE, udp("10.8.0.2", "10.8.0.1", 68, 67, dhcp("0a080003", "350108ff")));
        drops(Verdict.CLIENT_ISOLATION, udp("10.8.0.2", "10.8.0.3", 68, 67, dhcp("0a080002", "350108ff")));
        drops(Verdict.SPOOFED_SOURCE, icmp6("fe80::3", "ff02::2", 255, SOLICIT_ROUTER));
        drops(Verdict.SPOOFED_SOURCE, icmp6("fd00::3", "ff02::2", 255, SOLICIT_ROUTER));
        drops(Verdict.MALFORMED_IP, icmp6("fe80::2", "ff02::2", 254, SOLICIT_ROUTER));
        drops(
                Verdict.MULTICAST,
                icmp6("::", "ff02::1:ff00:2", 255, "8700000000000000fd000000000000000000000000000002"));
        drops(Verdict.MULTICAST, icmp6("fe80::2", "ff02::16", 1, "8f00000000000000"));
        drops(Verdict.MULTICAST, icmp6("fe80::2", "ff02::1", 255, "8600000000000000 0000000000000000"));
        drops(Verdict.MARTIAN, icmp6("fe80::2", "fd00::1", 64, "8000000000000000"));
        drops(Verdict.SPOOFED_SOURCE, dhcp6("fe80::3", "0ba1b2c3"));
        drops(Verdict.MULTICAST, dhcp6("fe80::2", "02a1b2c3"));
        ByteBuf fragment = inform("10.8.0.2", WINDOWS_OPTIONS);
        drops(Verdict.MULTICAST, fragment.setShort(fragment.readerIndex() + 6, 0x2000));
        ByteBuf fragment6 = dhcp6("fe80::2", "0ba1b2c3");
        drops(Verdict.MULTICAST, fragment6.setByte(fragment6.readerIndex() + 6, 44));
        assertThat(link.sent()).isEmpty();
    }

    @Test
    void tenAnswersAtOnceAreAllOneGets() {
        long begunNanos = System.nanoTime();
        TestGateway.on(alice.worker(), () -> {
            for (int i = 0; i < 200; i++) {
                gateway.core.uplink(alice.worker()).accept(alice, inform("10.8.0.2", WINDOWS_OPTIONS));
            }
            gateway.core.uplink(alice.worker()).flush();
            return true;
        });
        long limited = gateway.drops(Verdict.RATE_LIMITED);
        assertThat((long) link.sent().size()).isBetween(10L, allowedSince(begunNanos));
        assertThat(link.sent().size() + limited).isEqualTo(200);
        assertThat(allDrops()).isEqualTo(limited);
    }

    /** Looking at them costs as much as an answer. */
    @Test
    void questionsThatGetNoAnswerCountAsWell() {
        long begunNanos = System.nanoTime();
        TestGateway.on(alice.worker(), () -> {
            for (int i = 0; i < 100; i++) {
                gateway.core.uplink(alice.worker()).accept(alice, icmp6("fe80::2", "ff02::2", 254, SOLICIT_ROUTER));
                gateway.core
                        .uplink(alice.worker())
                        .accept(alice, udp("10.8.0.2", "255.255.255.255", 68, 67, dhcp("0a080002", "350101ff")));
            }
            gateway.core.uplink(alice.worker()).flush();
            return true;
        });
        long lookedAt = gateway.drops(Verdict.MALFORMED_IP) + gateway.drops(Verdict.MULTICAST);
        assertThat(lookedAt).isBetween(10L, allowedSince(begunNanos));
        assertThat(gateway.drops(Verdict.RATE_LIMITED)).isEqualTo(200 - lookedAt);
        assertThat(link.sent()).isEmpty();
    }

    /** Ten, and ten a second, however slow this machine is. */
    private static long allowedSince(long begunNanos) {
        return 10 + (System.nanoTime() - begunNanos) / 100_000_000 + 1;
    }

    /** The network takes 1400 octets and the client 2000, its link 600. */
    @Test
    void anAnswerIsNoLongerThanTheLinkTakes() {
        String[] many =
                IntStream.range(0, 200).mapToObj(i -> "10.1." + i + ".0/24").toArray(String[]::new);
        routes(many);
        String asking = WINDOWS_OPTIONS.replaceFirst("ff$", "390207d0ff");
        gateway.fromClient(alice, inform("10.8.0.2", asking));
        assertThat(octetsOf(link.sent().getLast())).isGreaterThan(600);
        reopen(new RecordingLink().narrow(600));
        gateway.fromClient(alice, inform("10.8.0.2", asking));
        assertThat(octetsOf(link.sent().getLast())).isBetween(590, 600);
    }

    private static int octetsOf(String hex) {
        return hex.length() / 2;
    }

    /** Or a client that only renews would never be idle. */
    @Test
    void whatTheGatewaySaysIsNoTraffic() {
        gateway.fromClient(alice, dhcp6("fe80::2", "0ba1b2c3"));
        assertThat(link.sent()).hasSize(1);
        assertThat(alice.traffic().upPackets() + alice.traffic().downPackets()).isZero();
    }

    @Test
    void anEndedSessionIsToldNothing() {
        alice.close(CloseReason.ADMINISTRATOR);
        gateway.fromClient(alice, inform("10.8.0.2", WINDOWS_OPTIONS));
        assertThat(gateway.drops(Verdict.SESSION_CLOSED)).isEqualTo(1);
        assertThat(link.sent()).isEmpty();
    }

    /** A session that has asked nothing yet. */
    private void reopen(RecordingLink with) {
        TestGateway.on(alice.worker(), () -> {
            alice.close(CloseReason.ADMINISTRATOR);
            return true;
        });
        link = with;
        alice = gateway.up(0, SessionGrants.withRoute("alice", "10.20.0.0/16"), with);
    }

    private void drops(Verdict verdict, ByteBuf packet) {
        reopen(link);
        long before = gateway.drops(verdict);
        long all = allDrops();
        gateway.fromClient(alice, packet);
        assertThat(gateway.drops(verdict)).as(verdict.name()).isEqualTo(before + 1);
        assertThat(allDrops()).isEqualTo(all + 1);
    }

    private void routes(String... prefixes) {
        GatewaySettings now = gateway.core.settings();
        ClientSettings clients = new ClientSettings(
                List.of(InetAddress.ofLiteral("10.8.0.1")),
                "corp.example",
                Stream.of(prefixes).map(IpPrefix::parse).toList(),
                now.clients().gateways());
        gateway.core.replaceSettings(new GatewaySettings(clients, now.forwarding(), now.limits()));
    }

    private long allDrops() {
        return Stream.of(Verdict.values()).mapToLong(gateway::drops).sum();
    }
}
