package io.sallyport.core.forward;

import static io.sallyport.core.support.TestPackets.packet;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sallyport.core.GatewaySettings;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.support.RecordingLink;
import io.sallyport.core.support.SessionGrants;
import io.sallyport.core.support.TestGateway;
import io.sallyport.core.worker.Verdict;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Alice has 10.8.0.2, fd00::2 and the prefix 10.20.0.0/16 behind her; Bob, on the other worker, 10.8.0.3 and fd00::3; Carol, on Alice's, 10.8.0.4. */
class UplinkTest {
    private final TestGateway gateway = new TestGateway();
    private final RecordingLink bobLink = new RecordingLink();
    private final RecordingLink carolLink = new RecordingLink();
    private Session alice = gateway.up(0, SessionGrants.withRoute("alice", "10.20.0.0/16"), new RecordingLink());

    @BeforeEach
    void others() {
        gateway.up(1, Grant.of("bob"), bobLink);
        gateway.up(0, Grant.of("carol"), carolLink);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({
        "10.8.0.2, 192.0.2.1",
        "10.8.0.2, 10.8.0.1",
        "10.20.3.4, 192.0.2.1",
        "fd00::2, 2001:db8::1",
        "fd00::2, fd00::1",
    })
    void goodPacketsReachTheNetworkUnchanged(String source, String destination) {
        ByteBuf packet = packet(source, destination, 100);
        String octets = ByteBufUtil.hexDump(packet);
        gateway.fromClient(alice, packet);
        assertThat(gateway.network.received()).containsExactly(octets);
        assertThat(alice.traffic().upPackets()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        // somebody else's address, the gateway's own, nobody's, none at all
        "10.8.0.3, 192.0.2.1, SPOOFED_SOURCE",
        "10.8.0.1, 192.0.2.1, SPOOFED_SOURCE",
        "10.8.0.9, 192.0.2.1, SPOOFED_SOURCE",
        "192.0.2.9, 192.0.2.1, SPOOFED_SOURCE",
        "0.0.0.0, 255.255.255.255, SPOOFED_SOURCE",
        "127.0.0.1, 192.0.2.1, SPOOFED_SOURCE",
        "fd00::3, 2001:db8::1, SPOOFED_SOURCE",
        "fd00::1, 2001:db8::1, SPOOFED_SOURCE",
        "::1, 2001:db8::1, SPOOFED_SOURCE",
        // discovery on the link
        "fe80::1, ff02::2, MULTICAST",
        "::, ff02::16, MULTICAST",
        "fe80::1, 2001:db8::1, MARTIAN",
        // nowhere to go
        "10.8.0.2, 127.0.0.1, MARTIAN",
        "10.8.0.2, 0.0.0.0, MARTIAN",
        "10.8.0.2, 169.254.169.254, MARTIAN",
        "10.8.0.2, 240.0.0.1, MARTIAN",
        "fd00::2, ::, MARTIAN",
        "fd00::2, ::1, MARTIAN",
        "fd00::2, fe80::1, MARTIAN",
        "10.8.0.2, 224.0.0.251, MULTICAST",
        "10.8.0.2, 239.255.255.250, MULTICAST",
        "10.8.0.2, 255.255.255.255, MULTICAST",
        "10.8.0.2, 10.8.0.255, MULTICAST",
        "10.8.0.2, 10.8.0.0, MULTICAST",
        "fd00::2, ff0e::1, MULTICAST",
        // other clients, and what would only come back
        "10.8.0.2, 10.8.0.3, CLIENT_ISOLATION",
        "fd00::2, fd00::3, CLIENT_ISOLATION",
        "10.8.0.2, 10.8.0.77, NO_ROUTE",
        "fd00::2, fd00::77, NO_ROUTE",
        "10.8.0.2, 10.20.0.1, NO_ROUTE",
        "10.8.0.2, 10.8.0.2, NO_ROUTE",
    })
    void badPacketsAreDroppedUnderOneVerdict(String source, String destination, Verdict verdict) {
        gateway.fromClient(alice, packet(source, destination, 100));
        assertThat(gateway.drops(verdict)).isEqualTo(1);
        assertThat(allDrops()).isEqualTo(1);
        assertThat(gateway.network.received()).isEmpty();
        assertThat(alice.traffic().upPackets()).isZero();
    }

    // An IPv4-mapped literal is an IPv4 address to Java, so this packet is written by hand.
    @Test
    void ipv4MappedDestinationIsAMartian() {
        ByteBuf packet = packet("fd00::2", "2001:db8::1", 8);
        packet.setLong(packet.readerIndex() + 24, 0);
        packet.setLong(packet.readerIndex() + 32, 0xffff7f000001L);
        gateway.fromClient(alice, packet);
        assertThat(gateway.drops(Verdict.MARTIAN)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void packetAboveAllThatIsCarriedIsTooBig(int above) {
        gateway.fromClient(alice, packet("10.8.0.2", "192.0.2.1", PacketBuffers.MAX_PACKET - 20 + above));
        assertThat(gateway.network.received()).hasSize(above == 0 ? 1 : 0);
        assertThat(gateway.drops(Verdict.TOO_BIG)).isEqualTo(above == 0 ? 0 : 1);
    }

    @Test
    void everyTruncationIsMalformed() {
        int whole = 20 + 8;
        for (int octets = 0; octets < whole; octets++) {
            gateway.fromClient(alice, packet("10.8.0.2", "192.0.2.1", 8).writerIndex(64 + octets));
        }
        assertThat(gateway.drops(Verdict.MALFORMED_IP)).isEqualTo(whole);
        assertThat(allDrops()).isEqualTo(whole);
    }

    @Test
    void noOctetsThrowAnything() {
        Random random = new Random(11);
        for (int i = 0; i < 300; i++) {
            byte[] octets = new byte[random.nextInt(120)];
            random.nextBytes(octets);
            if (octets.length > 0) {
                octets[0] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
            }
            ByteBuf packet = packet("10.8.0.2", "192.0.2.1", 0);
            packet.writerIndex(64).writeBytes(octets);
            gateway.fromClient(alice, packet);
        }
        assertThat(allDrops() + gateway.network.received().size()).isEqualTo(300);
        assertThat(gateway.drops(Verdict.INTERNAL_ERROR)).isZero();
    }

    @Test
    void withoutIsolationClientsReachEachOtherOnEitherWorker() {
        isolation(false);
        ByteBuf toBob = packet("10.8.0.2", "10.8.0.3", 50);
        ByteBuf toCarol = packet("10.8.0.2", "10.8.0.4", 51);
        String bobGets = ByteBufUtil.hexDump(toBob);
        String carolGets = ByteBufUtil.hexDump(toCarol);
        gateway.fromClient(alice, toBob);
        gateway.fromClient(alice, toCarol);
        assertThat(bobLink.sent()).containsExactly(bobGets);
        assertThat(carolLink.sent()).containsExactly(carolGets);
        assertThat(gateway.network.received()).isEmpty();

        isolation(true);
        gateway.fromClient(alice, packet("10.8.0.2", "10.8.0.3", 50));
        assertThat(bobLink.sent()).hasSize(1);
        assertThat(gateway.drops(Verdict.CLIENT_ISOLATION)).isEqualTo(1);
    }

    @Test
    void packetWithoutRoomIsGivenRoom() {
        isolation(false);
        ByteBuf tight = io.netty.buffer.Unpooled.directBuffer(10 + 70);
        tight.writeZero(10).skipBytes(10);
        ByteBuf whole = packet("10.8.0.2", "10.8.0.4", 50);
        tight.writeBytes(whole);
        whole.release();
        String octets = ByteBufUtil.hexDump(tight);
        gateway.fromClient(alice, tight);
        assertThat(carolLink.sent()).containsExactly(octets);
    }

    @Test
    void closedSessionSendsNothing() {
        alice.close(CloseReason.ADMINISTRATOR);
        gateway.fromClient(alice, packet("10.8.0.2", "192.0.2.1", 8));
        assertThat(gateway.drops(Verdict.SESSION_CLOSED)).isEqualTo(1);
    }

    private void isolation(boolean on) {
        GatewaySettings now = gateway.core.settings();
        gateway.core.replaceSettings(new GatewaySettings(now.clients(), new ForwardingSettings(on), now.limits()));
    }

    private long allDrops() {
        long all = 0;
        for (Verdict verdict : Verdict.values()) {
            all += gateway.drops(verdict);
        }
        return all;
    }
}
