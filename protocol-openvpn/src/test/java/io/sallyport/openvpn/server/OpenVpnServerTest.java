package io.sallyport.openvpn.server;

import static io.sallyport.core.support.TestPackets.frame;
import static io.sallyport.core.support.TestPackets.packet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.wire.StaticKey;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway's side over real sockets, with the synthetic client as the other end. */
@Timeout(90)
class OpenVpnServerTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    /** A megabyte may be queued before it, and TCP over loopback can be paced to a tenth of one in a second. */
    private static final Duration BEHIND_WHAT_WAITS = Duration.ofSeconds(40);

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void carriesPacketsBothWays(boolean overUdp, boolean tlsCrypt) throws Exception {
        try (Site site = new Site(tlsCrypt ? key() : null)) {
            Site.Client client = site.connect(overUdp ? site.udp : site.tcp, "alice", "right");
            assertThat(client.address()).startsWith("10.8.0.");
            assertThat(client.connected().cipher()).isEqualTo("AES-256-GCM");
            bothWays(site, client);
            assertThat(site.server.halfOpen()).isZero();
            client.vpn().close();
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(site.gateway.events).contains("alice closed CLIENT_EXIT"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tellsWhoIsRefusedWhy(boolean overUdp) throws Exception {
        try (Site site = new Site(key())) {
            Site.Client client = site.connect(overUdp ? site.udp : site.tcp, "mallory", "wrong");
            assertThat(client.closed()).contains("AUTH_FAILED").contains("user name or password is wrong");
            await().atMost(SOON).until(() -> site.server.halfOpen() == 0);
            assertThat(site.gateway.core.sessions().isEmpty()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void acceptsACertificate(boolean overUdp) throws Exception {
        try (Site site = new Site(key())) {
            Site.Client client = site.connectWithCertificate(overUdp ? site.udp : site.tcp, "laptop");
            bothWays(site, client);
            assertThat(site.gateway.events).containsExactly("CN=laptop opened", "CN=laptop up");
        }
    }

    @Test
    void manyClientsAtOnceReachTheirOwnWorkers() throws Exception {
        try (Site site = new Site(null)) {
            List<Site.Client> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(site.connect(i % 3 == 0 ? site.tcp : site.udp, "user" + i, "right"));
            }
            for (Site.Client client : clients) {
                bothWays(site, client);
            }
            assertThat(clients.stream().map(Site.Client::address).distinct()).hasSize(clients.size());
        }
    }

    @Test
    void aClientWhoseAddressChangesFloats() throws Exception {
        try (Site site = new Site(key());
                Relay nat = new Relay(site.udp)) {
            Site.Client client = site.connect(nat.address(), "alice", "right");
            bothWays(site, client);
            // Some of these ports belong to the other worker's socket.
            for (int i = 0; i < 6; i++) {
                nat.move();
                String moved = "alice moved to " + nat.port();
                // Once a second at most, so the first packets do not move it.
                await().atMost(SOON).pollInterval(Duration.ofMillis(100)).until(() -> {
                    client.send(packet(client.address(), "203.0.113.9", 10));
                    return site.gateway.events.contains(moved);
                });
                bothWays(site, client);
            }
            assertThat(site.gateway.core.sessions().count()).isEqualTo(1);
        }
    }

    @Test
    void renegotiatesWithoutLosingTheSession() throws Exception {
        try (Site site = new Site(
                key(),
                s -> Settings.like(s).renegotiateAfter(Duration.ofSeconds(3)).done())) {
            Site.Client client = site.connect(site.udp, "alice", "right");
            KeyLimitsTest.bothWaysUntilKey(site, client, 2);
            assertThat(site.gateway.events).containsExactly("alice opened", "alice up");
        }
    }

    @Test
    void bothEndsPingAndASilentClientIsGivenUp() throws Exception {
        try (Site site = new Site(
                        null,
                        s -> Settings.like(s)
                                .ping(1, 4)
                                .renegotiateAfter(Duration.ZERO)
                                .done());
                Relay nat = new Relay(site.udp)) {
            Site.Client client = site.connect(nat.address(), "alice", "right");
            bothWays(site, client);
            await().during(Duration.ofSeconds(6))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> site.gateway.events.size() == 2 && !client.closed.isDone());
            nat.fallSilent();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(site.gateway.events).contains("alice closed CLIENT_TIMEOUT"));
            assertThat(client.closed()).contains("RESTART");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAdministratorsEndReachesTheClient(boolean overUdp) throws Exception {
        try (Site site = new Site(key())) {
            Site.Client client = site.connect(overUdp ? site.udp : site.tcp, "alice", "right");
            client.connected();
            site.gateway.core.sessions().closeAll(CloseReason.ADMINISTRATOR);
            assertThat(client.closed()).contains("HALT");
        }
    }

    /** Its address may be somebody else's by the time it would be pushed. */
    @Test
    void aSessionThatEndsBeforeItIsUpIsNeverPushed() throws Exception {
        try (Site site = new Site(null)) {
            site.acceptable = grant -> {
                site.gateway.core.sessions().byUser(grant.user()).getFirst().close(CloseReason.ADMINISTRATOR);
                return true;
            };
            Site.Client client = site.connect(site.tcp, "alice", "right");
            assertThat(client.closed()).isNotEmpty();
            assertThatThrownBy(client::connected).hasCauseInstanceOf(AssertionError.class);
            assertThat(site.gateway.core.pools().usage().values()).allMatch(usage -> usage.inUse() == 0);
        }
    }

    @Test
    void clientsAreToldToComeBackWhenTheGatewayStops() throws Exception {
        Site.Client client;
        try (Site site = new Site(key())) {
            client = site.connect(site.udp, "alice", "right");
            client.connected();
            site.gateway.core.sessions().closeAll(CloseReason.SHUTDOWN);
            assertThat(client.closed()).contains("RESTART");
        }
    }

    @Test
    void whoComesDuringADrainIsCountedAsThat() throws Exception {
        try (Site site = new Site(key())) {
            site.server.close();
            Site.Client overTcp = site.connect(site.tcp, "alice", "right");
            assertThat(overTcp.closed()).isNotEmpty();
            assertThat(site.gateway.drops(Verdict.DRAINING)).isEqualTo(1);
            var _ = site.connect(site.udp, "alice", "right");
            await().atMost(SOON).until(() -> site.gateway.drops(Verdict.DRAINING) > 1);
            assertThat(site.gateway.drops(Verdict.HANDSHAKE_LIMIT)).isZero();
        }
    }

    @Test
    void aConnectionThatIsCutEndsItsSession() throws Exception {
        try (Site site = new Site(null);
                Socket half = new Socket(site.tcp.getAddress(), site.tcp.getPort())) {
            OutputStream out = half.getOutputStream();
            out.write(new byte[] {0, 14, 0x38, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0});
            out.flush();
            assertThat(half.getInputStream().readNBytes(2)).isEqualTo(new byte[] {0, 26});
            assertThat(site.server.halfOpen()).isEqualTo(1);
            half.shutdownOutput();
            await().atMost(SOON).until(() -> site.server.halfOpen() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000", "ffff"})
    void aFrameThatIsNoneEndsTheConnection(String hex) throws Exception {
        try (Site site = new Site(null);
                Socket socket = new Socket(site.tcp.getAddress(), site.tcp.getPort())) {
            beginsWith(socket);
            socket.getOutputStream().write(java.util.HexFormat.of().parseHex(hex));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            await().atMost(SOON).until(() -> site.server.halfOpen() == 0);
        }
    }

    @Test
    void aDataPacketOfNothingIsDroppedAndTheConnectionGoesOn() throws Exception {
        try (Site site = new Site(null);
                Socket socket = new Socket(site.tcp.getAddress(), site.tcp.getPort())) {
            beginsWith(socket);
            socket.getOutputStream().write(java.util.HexFormat.of().parseHex("000e48" + "00".repeat(13)));
            await().atMost(SOON).until(() -> site.gateway.drops(Verdict.MALFORMED) == 1);
            beginsWith(socket);
            assertThat(site.server.halfOpen()).isEqualTo(1);
        }
    }

    /** A client's first packet, which is answered each time that it comes. */
    private static void beginsWith(Socket socket) throws Exception {
        socket.getOutputStream().write(new byte[] {0, 14, 0x38, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0});
        assertThat(socket.getInputStream().readNBytes(28)).hasSize(28).startsWith(0, 26);
    }

    @Test
    void floodsOfResetsKeepNothingAndAreAnsweredOnlySoOften() throws Exception {
        try (Site site = new Site(null);
                DatagramSocket flood = new DatagramSocket()) {
            byte[] reset = new byte[14];
            reset[0] = 0x38;
            Random random = new Random(5);
            for (int i = 0; i < 2000; i++) {
                reset[1 + random.nextInt(8)] = (byte) (1 + random.nextInt(255));
                flood.send(new DatagramPacket(reset, reset.length, site.udp));
            }
            await().atMost(SOON).until(() -> site.gateway.drops(Verdict.HANDSHAKE_LIMIT) > 0);
            assertThat(site.server.halfOpen()).isZero();
            flood.setSoTimeout(300);
            int answers = 0;
            try {
                while (true) {
                    DatagramPacket answer = new DatagramPacket(new byte[100], 100);
                    flood.receive(answer);
                    assertThat(answer.getLength()).isEqualTo(26);
                    answers++;
                }
            } catch (java.net.SocketTimeoutException e) {
                // One worker answers one address 100 times in 10 s; the flood may cross the border of two such times.
                assertThat(answers).isBetween(1, 200);
            }
        }
    }

    @Test
    void noiseHurtsNobody() throws Exception {
        try (Site site = new Site(key());
                DatagramSocket noise = new DatagramSocket()) {
            Site.Client client = site.connect(site.udp, "alice", "right");
            client.connected();
            Random random = new Random(6);
            for (int i = 0; i < 20_000; i++) {
                byte[] octets = new byte[random.nextInt(120)];
                random.nextBytes(octets);
                if (octets.length > 4 && i % 2 == 0) {
                    // a data packet for somebody
                    octets[0] = 0x48;
                    octets[1] = (byte) (random.nextInt(3) << 2);
                    octets[2] = 0;
                    octets[3] = (byte) random.nextInt(4);
                }
                noise.send(new DatagramPacket(octets, octets.length, site.udp));
            }
            awaitQuiet(site);
            bothWays(site, client);
            assertThat(site.gateway.drops(Verdict.INTERNAL_ERROR)).isZero();
            assertThat(site.gateway.drops(Verdict.NOT_AUTHENTIC)).isPositive();
            assertThat(site.gateway.events).containsExactly("alice opened", "alice up");
        }
    }

    /** Until the sockets are read empty: what comes on top of a full one the kernel drops, and nobody is to blame. */
    private static void awaitQuiet(Site site) {
        AtomicLong before = new AtomicLong(-1);
        await().atMost(SOON).pollInterval(Duration.ofMillis(100)).until(() -> {
            long drops = site.gateway.drops(Verdict.MALFORMED) + site.gateway.drops(Verdict.UNKNOWN_PEER);
            return before.getAndSet(drops) == drops;
        });
    }

    /** One packet up and one down, of this client. */
    static void bothWays(Site site, Site.Client client) {
        String address = client.address();
        ByteBuf up = packet(address, "203.0.113.9", 1000);
        String upHex = ByteBufUtil.hexDump(up);
        site.gateway.network.received().clear();
        client.send(up);
        await().atMost(BEHIND_WHAT_WAITS)
                .pollInterval(Duration.ofMillis(5))
                .untilAsserted(() -> assertThat(site.gateway.network.received()).contains(upHex));
        ByteBuf down = frame("203.0.113.9", address, 900);
        String downHex = ByteBufUtil.hexDump(down, down.readerIndex() + 10, down.readableBytes() - 10);
        client.received.clear();
        site.gateway.network.send(site.gateway.workers.get(1), down);
        await().atMost(BEHIND_WHAT_WAITS)
                .pollInterval(Duration.ofMillis(5))
                .untilAsserted(() -> assertThat(client.received).contains(downHex));
    }

    static StaticKey key() {
        byte[] octets = new byte[256];
        new Random(1).nextBytes(octets);
        return new StaticKey(Secret.taking(octets));
    }
}
