package io.sallyport.openvpn.server;

import static io.sallyport.core.support.TestPackets.frame;
import static io.sallyport.core.support.TestPackets.packet;
import static io.sallyport.openvpn.server.OpenVpnServerTest.bothWays;
import static io.sallyport.openvpn.server.OpenVpnServerTest.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.support.TestGateway;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.openvpn.wire.Acks;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.DataPacket;
import io.sallyport.openvpn.wire.Opcode;
import io.sallyport.openvpn.wire.OvpnSessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks on OpenVPN over UDP that had a name elsewhere; see docs/attacks.md. */
@Timeout(180)
class OpenVpnAttackTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final OvpnSessionId ID = new OvpnSessionId(0x2222);
    private static final int QUEUED = 50;

    /** CVE-2017-7478. */
    @ParameterizedTest
    @CsvSource({"2049, MALFORMED", "8192, MALFORMED", "8193, TRUNCATED", "65507, TRUNCATED"})
    void anOversizeControlPacketIsDroppedAndChangesNothing(int octets, Verdict verdict) throws Exception {
        try (Besieged besieged = new Besieged(null);
                BareClient client = BareClient.udp(besieged.site.udp)) {
            OvpnSessionId ours = begin(client, Octets.fromHex("16"));
            assertThat(client.receive()).isInstanceOf(ControlPacket.Ack.class);
            for (int i = 1; i <= 20; i++) {
                client.sendOctets(control(2, octets));
                // One by one: a socket's buffer may not hold many of the largest.
                besieged.awaitDrops(verdict, i);
            }
            // The handshake that they were sent into goes on.
            goesOn(client, ours);
        }
    }

    /** CVE-2017-7478, where the datagram still fits what a socket takes. */
    @Test
    void theLargestControlPacketsAreReadAndFailAsTls() throws Exception {
        try (Besieged besieged = new Besieged(null);
                BareClient client = BareClient.udp(besieged.site.udp)) {
            begin(client, Octets.of(new byte[1800]));
            await().atMost(SOON).until(() -> besieged.site.server.halfOpen() == 0);
        }
    }

    /** A P_CONTROL_V1 of this session that is as long as it says. */
    private static byte[] control(int messageId, int octets) {
        byte[] packet = new byte[octets];
        packet[0] = (byte) Opcode.CONTROL_V1.firstOctet(0);
        java.nio.ByteBuffer.wrap(packet).putLong(1, ID.value()).putInt(10, messageId);
        return packet;
    }

    /** CVE-2025-13086: only the cookie that this client at this address was given is one. */
    @Test
    void aCookieOfAnotherAddressOrClientIsStale() throws Exception {
        try (Besieged besieged = new Besieged(null);
                BareClient client = BareClient.udp(besieged.site.udp);
                BareClient other = BareClient.udp(besieged.site.udp)) {
            OvpnSessionId ours = client.reset(ID.value(), 0);
            Octets hello = Octets.fromHex("16");
            Acks cookie = Acks.of(ours, List.of(0L));
            other.send(new ControlPacket.Control(0, ID, cookie, 1, hello));
            besieged.awaitDrops(Verdict.STALE_COOKIE, 1);
            client.send(new ControlPacket.Control(0, new OvpnSessionId(ID.value() + 1), cookie, 1, hello));
            besieged.awaitDrops(Verdict.STALE_COOKIE, 2);
            for (int bit = 0; bit < 64; bit++) {
                // The worker's number as well: whoever it names judges it.
                OvpnSessionId changed = new OvpnSessionId(ours.value() ^ 1L << bit);
                client.send(new ControlPacket.Control(0, ID, Acks.of(changed, List.of(0L)), 1, hello));
            }
            await().atMost(SOON)
                    .until(() -> besieged.drops(Verdict.STALE_COOKIE) + besieged.drops(Verdict.UNKNOWN_PEER) == 66);
            assertThat(besieged.site.server.halfOpen()).isZero();
            client.send(new ControlPacket.Control(0, ID, cookie, 1, hello));
            assertThat(client.receive().sessionId()).isEqualTo(ours);
            goesOn(client, ours);
        }
    }

    /** CVE-2020-11810: a data packet of a client that has no keys yet moves nobody and ends nothing. */
    @Test
    void nothingFloatsBeforeThereAreKeys() throws Exception {
        try (Besieged besieged = new Besieged(null);
                BareClient client = BareClient.udp(besieged.site.udp);
                BareClient elsewhere = BareClient.udp(besieged.site.udp)) {
            OvpnSessionId ours = begin(client, Octets.fromHex("16"));
            client.receive();
            int sent = 0;
            for (int worker = 0; worker < 2; worker++) {
                for (int index = 8; index < 64; index++) {
                    elsewhere.sendOctets(data(0, DataPacket.peerId(worker, index)));
                    sent++;
                }
            }
            besieged.awaitDrops(Verdict.UNKNOWN_PEER, sent);
            goesOn(client, ours);
        }
    }

    /** The same with peers that are up: forged, replayed and under a key that is not there. */
    @Test
    void whatIsNotAuthenticMovesNobody() throws Exception {
        try (Besieged besieged = new Besieged(key());
                Relay nat = new Relay(besieged.site.udp);
                BareClient elsewhere = BareClient.udp(besieged.site.udp)) {
            Site site = besieged.site;
            Site.Client alice = site.connect(nat.address(), "alice", "right");
            bothWays(site, alice);
            BlockingQueue<byte[]> held = nat.hold();
            ByteBuf packet = packet(alice.address(), "203.0.113.9", 77);
            String octets = ByteBufUtil.hexDump(packet);
            alice.send(packet);
            byte[] datagram = held.poll(10, TimeUnit.SECONDS);
            nat.inject(datagram);
            await().atMost(SOON).until(() -> site.gateway.network.received().contains(octets));
            for (int i = 0; i < 1000; i++) {
                byte[] forged = datagram.clone();
                forged[4] = 1;
                forged[datagram.length - 1 - i % 70] ^= (byte) (1 + i / 70);
                elsewhere.sendOctets(forged);
                if (i % 100 == 99) {
                    // So that the socket's buffer holds them on any machine.
                    besieged.awaitDrops(Verdict.NOT_AUTHENTIC, i + 1);
                }
            }
            for (int i = 0; i < 100; i++) {
                elsewhere.sendOctets(datagram);
            }
            besieged.awaitDrops(Verdict.REPLAYED, 100);
            datagram[0] ^= 5;
            for (int i = 0; i < 100; i++) {
                elsewhere.sendOctets(datagram);
            }
            besieged.awaitDrops(Verdict.KEY_UNKNOWN, 100);
            assertThat(site.gateway.events).noneMatch(event -> event.startsWith("alice moved"));
            assertThat(site.gateway.core.sessions().byUser("alice")).hasSize(1);
            site.gateway.core.sessions().byUser("alice").getFirst().close(CloseReason.ADMINISTRATOR);
        }
    }

    /**
     * The class of CVE-2023-46850: packets wait for a session that another takes the place of meanwhile. They are
     * counted and nobody gets them, though the new one has the address.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWaitsForASessionThatIsReplacedReachesNobody(boolean overUdp) throws Exception {
        try (Besieged besieged = new Besieged(key())) {
            Site site = besieged.site;
            Site.Client alice = site.connect(overUdp ? site.udp : site.tcp, "alice", "right");
            bothWays(site, alice);
            String address = alice.address();
            Session before = site.gateway.core.sessions().byUser("alice").getFirst();
            Worker itsWorker = before.worker();
            Worker other = site.gateway.workers.get(1 - itsWorker.number());
            CountDownLatch go = new CountDownLatch(1);
            itsWorker.execute(() -> {
                hold(go);
                before.close(CloseReason.ADMINISTRATOR);
            });
            // Handed over by the other worker, they wait for a worker that is busy until the session is over.
            for (int i = 0; i < QUEUED; i++) {
                site.gateway.network.send(other, frame("203.0.113.9", address, 500 + i));
            }
            TestGateway.on(other, () -> true);
            alice.received.clear();
            go.countDown();
            besieged.awaitDrops(Verdict.SESSION_CLOSED, QUEUED);
            Site.Client again = site.connect(overUdp ? site.udp : site.tcp, "alice", "right");
            assertThat(again.address()).isEqualTo(address);
            bothWays(site, again);
            assertThat(again.received).hasSize(1);
            assertThat(alice.received).isEmpty();
            site.gateway.core.sessions().byUser("alice").getFirst().close(CloseReason.ADMINISTRATOR);
        }
    }

    /** The other way: what the client of a session that has just ended sent is nobody's. */
    @Test
    void datagramsOfASessionThatIsOverAreUnknown() throws Exception {
        try (Besieged besieged = new Besieged(key());
                Relay nat = new Relay(besieged.site.udp)) {
            Site site = besieged.site;
            Site.Client alice = site.connect(nat.address(), "alice", "right");
            bothWays(site, alice);
            BlockingQueue<byte[]> held = nat.hold();
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < QUEUED; i++) {
                ByteBuf packet = packet(alice.address(), "203.0.113.9", 200 + i);
                sent.add(ByteBufUtil.hexDump(packet));
                alice.send(packet);
            }
            site.gateway.core.sessions().byUser("alice").getFirst().close(CloseReason.ADMINISTRATOR);
            await().atMost(SOON).until(() -> site.gateway.events.contains("alice closed ADMINISTRATOR"));
            for (int i = 0; i < QUEUED; i++) {
                nat.inject(held.poll(10, TimeUnit.SECONDS));
            }
            besieged.awaitDrops(Verdict.UNKNOWN_PEER, QUEUED);
            assertThat(site.gateway.network.received()).doesNotContainAnyElementsOf(sent);
        }
    }

    private static void hold(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("the test did not go on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] data(int keyId, int peerId) {
        byte[] packet = new byte[60];
        java.nio.ByteBuffer.wrap(packet)
                .putInt(DataPacket.v2Header(keyId, peerId))
                .putInt(1);
        return packet;
    }

    /** The handshake of {@link #begin} is as it was left: its next octet is taken, and what is no TLS ends it. */
    private static void goesOn(BareClient client, OvpnSessionId ours) throws Exception {
        Acks cookie = Acks.of(ours, List.of(0L));
        client.send(new ControlPacket.Control(0, ID, cookie, 2, Octets.fromHex("03")));
        assertThat(client.receive().acks().messageIds()).contains(2L);
        client.send(new ControlPacket.Control(0, ID, cookie, 3, Octets.of(new byte[] {-1, -1, -1, -1, -1})));
    }

    /** A first packet, the cookie and these octets as the beginning of TLS; our session id. */
    private static OvpnSessionId begin(BareClient client, Octets octets) throws Exception {
        OvpnSessionId ours = client.reset(ID.value(), 0);
        client.send(new ControlPacket.Control(0, ID, Acks.of(ours, List.of(0L)), 1, octets));
        return ours;
    }
}
