package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.support.TestPackets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A stock client that is let in and then sends what it must not, beside one that must notice nothing; see
 * docs/attacks.md.
 */
@Interop(processesStay = true)
class TunnelAttackInteropTest {
    private static final int PACKETS = 200;
    /** UDP of this port, and ICMP that says who is a router, are nobody's but the attacker's. */
    private static final int PORT = 4242;

    private static final String WATCH = "table inet watch { chain seen { type filter hook prerouting priority -450; "
            + "udp dport " + PORT + " counter; icmp type { redirect, router-advertisement } counter; "
            + "icmpv6 type { nd-router-advert, nd-redirect } counter; }; }";

    private static Lab lab;
    private static Gateway gateway;
    private static OpenVpnClient mallory;
    private static OpenVpnClient bob;

    @BeforeAll
    static void connect(Lab opened) {
        lab = opened;
        gateway = Gateway.init(lab);
        gateway.issue("mallory");
        gateway.issue("bob");
        gateway.run();
        mallory = OpenVpnClient.connect(
                lab, lab.client(1), gateway.export("mallory").overUdp());
        bob = OpenVpnClient.connect(lab, lab.client(2), gateway.export("bob").overTcp());
        Ping.answers(mallory.namespace(), Lab.HOST);
        for (Namespace each : new Namespace[] {lab.gateway(), lab.host(), bob.namespace()}) {
            each.nft(WATCH);
        }
    }

    /** From, to, and the type of an ICMP message; names stand for addresses that are known once the clients are there. */
    record Attack(String from, String to, int icmp) {
        static Attack of(String from, String to) {
            return new Attack(from, to, 0);
        }
    }

    static Stream<Arguments> attacks() {
        return Stream.of(
                Arguments.of(
                        "spoofed_source",
                        List.of(
                                Attack.of("bob", "host"),
                                Attack.of("gateway", "host"),
                                Attack.of("203.0.113.5", "host"),
                                Attack.of("bob6", "host6"),
                                Attack.of("gateway6", "host6"),
                                Attack.of("fd73::1", "host6"))),
                Arguments.of(
                        "martian",
                        List.of(
                                Attack.of("mallory", "127.0.0.1"),
                                Attack.of("mallory", "169.254.169.254"),
                                Attack.of("fe80::1", "host6"))),
                Arguments.of(
                        "multicast",
                        List.of(
                                Attack.of("mallory", "224.0.0.251"),
                                Attack.of("mallory", "255.255.255.255"),
                                Attack.of("mallory6", "ff02::1"),
                                new Attack("fe80::1", "ff02::1", 134))),
                Arguments.of(
                        "redirect",
                        List.of(
                                new Attack("mallory", "host", 5),
                                new Attack("mallory", "gateway", 9),
                                new Attack("mallory6", "gateway6", 134),
                                new Attack("mallory6", "host6", 137))),
                Arguments.of("client_isolation", List.of(Attack.of("mallory", "bob"), Attack.of("mallory6", "bob6"))));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void whatAClientMustNotSendReachesNobody(String verdict, List<Attack> attacks) {
        long before = Drops.of(lab, verdict);
        RawPackets.send(
                lab,
                mallory.namespace(),
                PACKETS,
                attacks.stream().map(TunnelAttackInteropTest::packet).toList());
        Drops.await(lab, verdict, before + (long) PACKETS * attacks.size());
        nobodyNoticed();
    }

    private static ByteBuf packet(Attack attack) {
        ByteBuf packet = TestPackets.packet(address(attack.from()), address(attack.to()), 100);
        return attack.icmp() == 0
                ? packet.setShort(payload(packet) + 2, PORT)
                : packet.setByte(protocol(packet), v6(packet) ? 58 : 1).setByte(payload(packet), attack.icmp());
    }

    /** Each fragment shows its source, also one that shows no ports. */
    @Test
    void fragmentsOfSomebodyElse() {
        long before = Drops.of(lab, "spoofed_source");
        List<ByteBuf> fragments = new ArrayList<>();
        for (int flagsAndOffset : new int[] {0x2000, 0x0010}) {
            ByteBuf packet = packet(Attack.of("bob", "host"));
            fragments.add(packet.setShort(packet.readerIndex() + 6, flagsAndOffset));
        }
        RawPackets.send(lab, mallory.namespace(), PACKETS, fragments);
        Drops.await(lab, "spoofed_source", before + 2L * PACKETS);
        nobodyNoticed();
    }

    @Test
    void ownFragmentsArriveTogether() {
        // 3000 octets of echo are three fragments each way.
        Command.Outcome ping = mallory.namespace().run("ping", "-n", "-c", "5", "-i", "0.2", "-s", "3000", Lab.HOST);
        assertThat(ping.out()).contains("5 received");
        Ping.staysUnanswered(mallory.namespace(), bob.address());
    }

    private static void nobodyNoticed() {
        for (Namespace each : new Namespace[] {lab.gateway(), lab.host(), bob.namespace()}) {
            assertThat(each.run("nft", "list", "table", "inet", "watch")
                            .orFail()
                            .out())
                    .as("what arrived in %s", each.name())
                    .contains("packets 0")
                    .doesNotContainPattern("packets [1-9]");
        }
        assertThat(Drops.of(lab, "internal_error")).isZero();
        for (OpenVpnClient client : new OpenVpnClient[] {bob, mallory}) {
            Ping.awaitAnswer(client.namespace(), Lab.HOST, java.time.Duration.ofSeconds(10));
            assertThat(client.log()).containsOnlyOnce(OpenVpnClient.UP);
        }
    }

    private static boolean v6(ByteBuf packet) {
        return packet.getByte(packet.readerIndex()) >> 4 == 6;
    }

    private static int protocol(ByteBuf packet) {
        return packet.readerIndex() + (v6(packet) ? 6 : 9);
    }

    private static int payload(ByteBuf packet) {
        return packet.readerIndex() + (v6(packet) ? 40 : 20);
    }

    private static String address(String name) {
        return switch (name) {
            case "bob" -> bob.address();
            case "bob6" -> bob.address6();
            case "mallory" -> mallory.address();
            case "mallory6" -> mallory.address6();
            case "gateway" -> "172.16.201.1";
            case "gateway6" -> "fd72::1";
            case "host" -> Lab.HOST;
            case "host6" -> Lab.HOST_6;
            default -> name;
        };
    }
}
