package io.sallyport.openvpn.server;

import static io.sallyport.core.support.TestPackets.packet;
import static io.sallyport.openvpn.server.OpenVpnServerTest.bothWays;
import static io.sallyport.openvpn.server.OpenVpnServerTest.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.support.TestGateway;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.wire.Acks;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.OvpnSessionId;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What those who have proven little may not do, over UDP. */
@Timeout(90)
class OpenVpnAbuseTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final OvpnSessionId ID = new OvpnSessionId(0x1111);

    @Test
    void aBareAcknowledgementKeepsNothing() throws Exception {
        try (Site site = new Site(null);
                BareClient client = BareClient.udp(site.udp)) {
            OvpnSessionId ours = client.reset(ID.value(), 0);
            client.send(new ControlPacket.Ack(0, ID, Acks.of(ours, List.of(0L))));
            client.send(new ControlPacket.Control(0, ID, Acks.of(ours, List.of(0L)), 1, Octets.EMPTY));
            // The answer to this says that those before it were looked at.
            client.reset(ID.value() + 1, 0);
            assertThat(site.server.halfOpen()).isZero();
        }
    }

    @Test
    void aClientThatAcknowledgesOnlyOnceIsKnownByIt() throws Exception {
        try (Site site = new Site(null);
                BareClient client = BareClient.udp(site.udp)) {
            OvpnSessionId ours = client.reset(ID.value(), 0);
            client.send(new ControlPacket.Ack(0, ID, Acks.of(ours, List.of(0L))));
            client.send(new ControlPacket.Control(0, ID, Acks.NONE, 1, BareClient.clientHello()));
            assertThat(client.receive().sessionId()).isEqualTo(ours);
            assertThat(site.server.halfOpen()).isEqualTo(1);
        }
    }

    @Test
    void octetsOfTlsWithoutAnyCookieBeginNothing() throws Exception {
        try (Site site = new Site(null);
                BareClient client = BareClient.udp(site.udp)) {
            client.reset(ID.value(), 0);
            client.send(new ControlPacket.Control(0, ID, Acks.NONE, 1, BareClient.clientHello()));
            await().atMost(SOON).until(() -> site.gateway.drops(Verdict.STALE_COOKIE) == 1);
            assertThat(site.server.halfOpen()).isZero();
        }
    }

    @Test
    void aClientWhoseTlsSaysNothingEndsSoon() throws Exception {
        try (Site site = new Site(null);
                BareClient udp = BareClient.udp(site.udp);
                BareClient tcp = BareClient.tcp(site.tcp)) {
            begin(udp, Octets.fromHex("16"));
            tcp.reset(ID.value(), 0);
            await().atMost(SOON).until(() -> site.server.halfOpen() == 2);
            await().atMost(Duration.ofSeconds(12)).until(() -> site.server.halfOpen() == 0);
        }
    }

    @Test
    void oneSourceDoesNotTakeTheWholeTable() throws Exception {
        OpenVpnLimits limits = new OpenVpnLimits(32, 1000);
        try (Site site = new Site(null, s -> Settings.like(s).limits(limits).done())) {
            Octets octets = Octets.fromHex("16");
            try (BareClient flood = BareClient.udp(site.udp)) {
                for (int i = 0; i < 40; i++) {
                    OvpnSessionId id = new OvpnSessionId(0x2000 + i);
                    OvpnSessionId ours = flood.reset(id.value(), 0);
                    flood.send(new ControlPacket.Control(0, id, Acks.of(ours, List.of(0L)), 1, octets));
                    if (i < 16) {
                        flood.receive();
                    }
                }
            }
            await().atMost(SOON).until(() -> site.gateway.drops(Verdict.HANDSHAKE_LIMIT) == 24);
            assertThat(site.server.halfOpen()).isEqualTo(16);
        }
    }

    @Test
    void aControlPacketFromElsewhereIsNotTheClients() throws Exception {
        try (Site site = new Site(null);
                BareClient client = BareClient.udp(site.udp);
                BareClient other = BareClient.udp(site.udp)) {
            OvpnSessionId ours = begin(client, Octets.fromHex("16"));
            ControlPacket ack = client.receive();
            assertThat(ack).isInstanceOf(ControlPacket.Ack.class);
            other.send(new ControlPacket.Control(0, ID, Acks.of(ours, List.of(0L)), 2, Octets.fromHex("00")));
            await().atMost(SOON).until(() -> site.gateway.drops(Verdict.UNKNOWN_PEER) == 1);
            client.send(new ControlPacket.Control(0, ID, Acks.of(ours, List.of(0L)), 2, Octets.fromHex("03")));
            assertThat(client.receive().acks().messageIds()).contains(2L);
        }
    }

    @Test
    void whatIsNotWrappedIsCounted() throws Exception {
        try (Site site = new Site(key());
                BareClient client = BareClient.udp(site.udp)) {
            client.send(new ControlPacket.HardResetClientV2(ID, Acks.NONE, 0, Octets.EMPTY));
            await().atMost(SOON).until(() -> site.gateway.drops(Verdict.MALFORMED) == 1);
            client.send(new ControlPacket.HardResetClientV2(ID, Acks.NONE, 0, Octets.of(new byte[100])));
            await().atMost(SOON).until(() -> site.gateway.drops(Verdict.NOT_AUTHENTIC) == 1);
            // A static key's packets are noise to us: an opcode that is none, and one that happens to be that of data.
            byte[] noise = new byte[100];
            client.sendOctets(noise);
            await().atMost(SOON).until(() -> site.gateway.drops(Verdict.MALFORMED) == 2);
            noise[0] = 0x48;
            client.sendOctets(noise);
            await().atMost(SOON).until(() -> site.gateway.drops(Verdict.UNKNOWN_PEER) == 1);
        }
    }

    @Test
    void nobodyMovesOntoAnothersLivePath() throws Exception {
        try (Site site = new Site(key());
                Relay alices = new Relay(site.udp);
                Relay bobs = new Relay(site.udp)) {
            Site.Client alice = site.connect(alices.address(), "alice", "right");
            Site.Client bob = site.connect(bobs.address(), "bob", "right");
            bothWays(site, alice);
            bothWays(site, bob);
            BlockingQueue<byte[]> held = alices.hold();
            alice.send(packet(alice.address(), "203.0.113.9", 77));
            byte[] datagram = held.poll(10, TimeUnit.SECONDS);
            site.gateway.network.received().clear();
            bobs.inject(datagram);
            await().atMost(SOON).until(() -> site.gateway.drops(Verdict.UNKNOWN_PEER) == 1);
            assertThat(site.gateway.network.received()).isEmpty();
            bothWays(site, bob);
            assertThat(site.gateway.events).doesNotContain("alice moved to " + bobs.port());
        }
    }

    @Test
    void aClientMovesOnceASecondAtMostAndLosesNothing() throws Exception {
        try (Site site = new Site(key());
                Relay nat = new Relay(site.udp);
                DatagramSocket one = new DatagramSocket();
                DatagramSocket two = new DatagramSocket()) {
            Site.Client alice = site.connect(nat.address(), "alice", "right");
            bothWays(site, alice);
            BlockingQueue<byte[]> held = nat.hold();
            byte[][] datagrams = new byte[20][];
            for (int i = 0; i < datagrams.length; i++) {
                alice.send(packet(alice.address(), "203.0.113.9", 100 + i));
                datagrams[i] = held.poll(10, TimeUnit.SECONDS);
            }
            site.gateway.network.received().clear();
            // All of them in one go of each worker, so the time between them is short.
            for (int i = 0; i < datagrams.length; i++) {
                byte[] datagram = datagrams[i];
                (i % 2 == 0 ? one : two).send(new DatagramPacket(datagram, datagram.length, site.udp));
            }
            await().atMost(SOON).until(() -> site.gateway.network.received().size() == datagrams.length);
            // A machine that stands still for a second may see one more.
            assertThat(moves(site.gateway)).isBetween(1L, 2L);
        }
    }

    private static long moves(TestGateway gateway) {
        return gateway.events.stream().filter(e -> e.startsWith("alice moved")).count();
    }

    /** A first packet, the cookie and these octets as the beginning of TLS; our session id. */
    private static OvpnSessionId begin(BareClient client, Octets octets) throws Exception {
        OvpnSessionId ours = client.reset(ID.value(), 0);
        client.send(new ControlPacket.Control(0, ID, Acks.of(ours, List.of(0L)), 1, octets));
        return ours;
    }
}
