package io.sallyport.core.forward;

import static io.sallyport.core.support.TestPackets.frame;
import static io.sallyport.core.support.TestPackets.packet;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.packet.Ipv4;
import io.sallyport.core.packet.Ipv6;
import io.sallyport.core.session.Session;
import io.sallyport.core.support.Buffers;
import io.sallyport.core.support.RecordingLink;
import io.sallyport.core.support.SessionGrants;
import io.sallyport.core.support.TestGateway;
import io.sallyport.core.worker.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What an authenticated client may try inside its tunnel; see docs/attacks.md. Mallory has 10.8.0.2, fd00::2 and
 * 10.20.0.0/16 behind her, Bob, on the other worker, 10.8.0.3 and fd00::3, Carol, on hers, 10.8.0.4 and fd00::4.
 */
@Timeout(120)
class TunnelAttackTest {
    private static final int FLOOD = 2_000;
    private static final int BATCH = 500;

    private final long buffersBefore = Buffers.taken();
    private final TestGateway gateway = new TestGateway();
    private final RecordingLink bobLink = new RecordingLink();
    private final RecordingLink carolLink = new RecordingLink();
    private final Session mallory =
            gateway.up(0, SessionGrants.withRoute("mallory", "10.20.0.0/16"), new RecordingLink());
    private Session bob = mallory;
    private Session carol = mallory;

    @BeforeEach
    void others() {
        bob = gateway.up(1, Grant.of("bob"), bobLink);
        carol = gateway.up(0, Grant.of("carol"), carolLink);
    }

    @AfterEach
    void everythingIsAsBefore() {
        assertThat(gateway.drops(Verdict.INTERNAL_ERROR)).isZero();
        assertThat(gateway.core.sessions().count()).isEqualTo(3);
        gateway.close();
        Buffers.areBackAt(buffersBefore);
    }

    /** Protocol and type 0: UDP. */
    @ParameterizedTest
    @CsvSource({
        // somebody else's address, the gateway's, one of the pool that nobody has, a wrong prefix
        "10.8.0.3, 192.0.2.1, 0, SPOOFED_SOURCE",
        "10.8.0.1, 192.0.2.1, 0, SPOOFED_SOURCE",
        "10.8.0.77, 192.0.2.1, 0, SPOOFED_SOURCE",
        "10.21.0.1, 192.0.2.1, 0, SPOOFED_SOURCE",
        "fd00::3, 2001:db8::1, 0, SPOOFED_SOURCE",
        "fd00::1, 2001:db8::1, 0, SPOOFED_SOURCE",
        "fd00:0:0:1::2, 2001:db8::1, 0, SPOOFED_SOURCE",
        // martians
        "10.8.0.2, 127.0.0.1, 0, MARTIAN",
        "10.8.0.2, 169.254.169.254, 0, MARTIAN",
        "10.8.0.2, 240.0.0.1, 0, MARTIAN",
        "fd00::2, ::1, 0, MARTIAN",
        "fd00::2, fe80::1, 0, MARTIAN",
        "fe80::2, 2001:db8::1, 0, MARTIAN",
        // floods for everybody
        "10.8.0.2, 239.255.255.250, 0, MULTICAST",
        "10.8.0.2, 255.255.255.255, 0, MULTICAST",
        "10.8.0.2, 10.8.0.255, 0, MULTICAST",
        "fd00::2, ff02::fb, 0, MULTICAST",
        // who is a router: RFC 792, RFC 1256, RFC 4861
        "10.8.0.2, 192.0.2.1, 5, REDIRECT",
        "10.8.0.2, 10.8.0.1, 5, REDIRECT",
        "10.8.0.2, 10.8.0.3, 5, REDIRECT",
        "10.20.0.9, 192.0.2.1, 9, REDIRECT",
        "fd00::2, 2001:db8::1, 137, REDIRECT",
        "fd00::2, fd00::1, 134, REDIRECT",
        "fd00::2, fd00::3, 137, REDIRECT",
        "fe80::2, ff02::1, 134, MULTICAST",
        "fe80::2, fd00::1, 134, MARTIAN",
        // other clients, when they may not talk
        "10.8.0.2, 10.8.0.3, 0, CLIENT_ISOLATION",
        "10.20.0.9, 10.8.0.4, 0, CLIENT_ISOLATION",
        "fd00::2, fd00::3, 0, CLIENT_ISOLATION",
    })
    void aFloodIsCountedUnderOneVerdictAndTheOthersGoOn(String from, String to, int icmp, Verdict verdict) {
        for (int sent = 0; sent < FLOOD; sent += BATCH) {
            flood(from, to, icmp);
            othersEcho(sent);
        }
        assertThat(gateway.drops(verdict)).isEqualTo(FLOOD);
        assertThat(drops()).isEqualTo(FLOOD);
        assertThat(mallory.traffic().upPackets()).isZero();
    }

    private void flood(String from, String to, int icmp) {
        TestGateway.on(mallory.worker(), () -> {
            for (int i = 0; i < BATCH; i++) {
                gateway.core
                        .uplink(mallory.worker())
                        .accept(mallory, icmp == 0 ? packet(from, to, 64) : icmp(from, to, icmp));
            }
            gateway.core.uplink(mallory.worker()).flush();
            return true;
        });
    }

    /** One packet of each up and one down, unchanged and to nobody else. */
    private void othersEcho(int number) {
        gateway.network.received().clear();
        String fromBob = up(bob, "10.8.0.3", number);
        String fromCarol = up(carol, "fd00::4", number);
        assertThat(gateway.network.received()).containsExactly(fromBob, fromCarol);
        int before = bobLink.sent().size();
        gateway.network.send(gateway.workers.get(0), frame("192.0.2.1", "10.8.0.3", 100));
        gateway.network.send(gateway.workers.get(1), frame("2001:db8::1", "fd00::4", 100));
        gateway.settle();
        assertThat(bobLink.sent()).hasSize(before + 1);
        assertThat(carolLink.sent()).hasSize(before + 1);
    }

    private String up(Session session, String source, int number) {
        ByteBuf packet = packet(source, source.contains(":") ? "2001:db8::1" : "192.0.2.1", 100 + number / BATCH);
        String octets = ByteBufUtil.hexDump(packet);
        gateway.fromClient(session, packet);
        return octets;
    }

    @Test
    void fragmentsPassUnchangedAndNothingIsKeptOfThem() {
        for (int i = 0; i < FLOOD / 2; i++) {
            // Always first ones, whose others never come.
            ByteBuf fragment = fragment("10.8.0.2", i, 0x2000);
            String octets = ByteBufUtil.hexDump(fragment);
            gateway.network.received().clear();
            gateway.fromClient(mallory, fragment);
            assertThat(gateway.network.received()).containsExactly(octets);
        }
        assertThat(drops()).isZero();
    }

    /** Only the first fragment shows ports, but each shows its source. */
    @ParameterizedTest
    @CsvSource({"0x2000", "0x2010", "0x00b0", "0x3fff"})
    void everyFragmentsSourceIsChecked(String flagsAndOffset) {
        gateway.fromClient(mallory, fragment("10.8.0.3", 7, Integer.decode(flagsAndOffset)));
        assertThat(gateway.drops(Verdict.SPOOFED_SOURCE)).isEqualTo(1);
        assertThat(gateway.network.received()).isEmpty();
    }

    @Test
    void theFirstFragmentOfARedirectIsOne() {
        ByteBuf packet = icmp("10.8.0.2", "192.0.2.1", 5);
        packet.setShort(packet.readerIndex() + 6, 0x2000);
        gateway.fromClient(mallory, packet);
        assertThat(gateway.drops(Verdict.REDIRECT)).isEqualTo(1);
    }

    /** The header is longer than usual, or ends where the message would begin. */
    @Test
    void aRedirectIsFoundBehindOptionsAndAnEmptyMessageIsNone() {
        ByteBuf options = packet("10.8.0.2", "192.0.2.1", 40);
        int at = options.readerIndex();
        options.setByte(at, 0x4f).setByte(at + 9, Ipv4.PROTOCOL_ICMP).setByte(at + 60 - 1, 0);
        options.writerIndex(at + 60);
        options.setShort(at + 2, 60);
        gateway.fromClient(mallory, options);
        assertThat(gateway.network.received()).hasSize(1);

        ByteBuf redirect = packet("10.8.0.2", "192.0.2.1", 48);
        at = redirect.readerIndex();
        redirect.setByte(at, 0x4f).setByte(at + 9, Ipv4.PROTOCOL_ICMP).setByte(at + 60, 5);
        gateway.fromClient(mallory, redirect);
        assertThat(gateway.drops(Verdict.REDIRECT)).isEqualTo(1);

        ByteBuf empty = packet("fd00::2", "2001:db8::1", 0);
        empty.setByte(empty.readerIndex() + 6, Ipv6.NEXT_HEADER_ICMPV6);
        gateway.fromClient(mallory, empty);
        assertThat(gateway.network.received()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "10.8.0.2, 192.0.2.1, 8",
        "10.8.0.2, 192.0.2.1, 0",
        "10.8.0.2, 192.0.2.1, 3",
        "fd00::2, 2001:db8::1, 128",
        "fd00::2, 2001:db8::1, 2"
    })
    void otherIcmpPasses(String from, String to, int type) {
        ByteBuf packet = icmp(from, to, type);
        String octets = ByteBufUtil.hexDump(packet);
        gateway.fromClient(mallory, packet);
        assertThat(gateway.network.received()).containsExactly(octets);
    }

    private static ByteBuf icmp(String from, String to, int type) {
        ByteBuf packet = packet(from, to, 64);
        int at = packet.readerIndex();
        if (from.contains(":")) {
            packet.setByte(at + 6, Ipv6.NEXT_HEADER_ICMPV6).setByte(at + Ipv6.HEADER_OCTETS, type);
        } else {
            packet.setByte(at + 9, Ipv4.PROTOCOL_ICMP).setByte(at + Ipv4.MIN_HEADER_OCTETS, type);
        }
        return packet;
    }

    private static ByteBuf fragment(String from, int identification, int flagsAndOffset) {
        ByteBuf packet = packet(from, "192.0.2.1", 64);
        return packet.setShort(packet.readerIndex() + 4, identification)
                .setShort(packet.readerIndex() + 6, flagsAndOffset);
    }

    private long drops() {
        long all = 0;
        for (Verdict verdict : Verdict.values()) {
            all += gateway.drops(verdict);
        }
        return all;
    }
}
