package io.sallyport.openvpn.server;

import static io.sallyport.core.support.TestPackets.packet;
import static io.sallyport.openvpn.server.OpenVpnServerTest.bothWays;
import static io.sallyport.openvpn.server.OpenVpnServerTest.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sallyport.core.crypto.JavaxPacketCiphers;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.wire.Acks;
import io.sallyport.openvpn.wire.ClientKeyV2;
import io.sallyport.openvpn.wire.ConnectionWrap;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.ControlPacket.Control;
import io.sallyport.openvpn.wire.ControlPacket.HardResetClientV2;
import io.sallyport.openvpn.wire.ControlPacket.HardResetServerV2;
import io.sallyport.openvpn.wire.HmacDigest;
import io.sallyport.openvpn.wire.KeyDirection;
import io.sallyport.openvpn.wire.OvpnSessionId;
import io.sallyport.openvpn.wire.ServerKeyV2;
import io.sallyport.openvpn.wire.ServerKeys;
import io.sallyport.openvpn.wire.StaticKey;
import io.sallyport.openvpn.wire.V2Samples;
import io.sallyport.openvpn.wire.WrapKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** tls-auth, tls-crypt-v2 and dynamic tls-crypt over real sockets. */
@Timeout(90)
class OpenVpnWrapsTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final long NOW = System.currentTimeMillis() / 1000;

    private final ServerKeyV2 serverKey;
    private final ClientKeyV2 clientKey;
    private final StaticKey shared;

    OpenVpnWrapsTest() throws Exception {
        serverKey = ServerKeyV2.parse(V2Samples.SERVER_KEY);
        clientKey = ClientKeyV2.parse(V2Samples.CLIENT_KEY);
        shared = key();
    }

    private static Site site(ServerKeys keys) throws Exception {
        return site(keys, UnaryOperator.identity());
    }

    private static Site site(ServerKeys keys, UnaryOperator<OpenVpnSettings> changes) throws Exception {
        return new Site(keys, null, changes, new JavaxPacketCiphers());
    }

    private Site ownKeys() throws Exception {
        return site(new ServerKeys(null, serverKey, 0));
    }

    @ParameterizedTest
    @EnumSource(HmacDigest.class)
    void tlsAuthCarriesPacketsBothWays(HmacDigest digest) throws Exception {
        ServerKeys keys = new ServerKeys(new WrapKey.ForTlsAuth(shared, digest, KeyDirection.NORMAL), null, 0);
        WrapKey client = new WrapKey.ForTlsAuth(shared, digest, KeyDirection.INVERSE);
        try (Site site = site(keys)) {
            bothWays(site, site.connectWith(client, site.udp, true));
            bothWays(site, site.connectWith(client, site.tcp, false));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aKeyOfItsOwnCarriesPacketsBothWaysAndRenegotiations(boolean overUdp) throws Exception {
        try (Site site = site(
                new ServerKeys(null, serverKey, 0),
                settings -> Settings.like(settings)
                        .renegotiateAfter(Duration.ofSeconds(3))
                        .done())) {
            Site.Client client = site.connectWith(clientKey, overUdp ? site.udp : site.tcp, overUdp);
            KeyLimitsTest.bothWaysUntilKey(site, client, 2);
            // Over UDP the client's bare acknowledgement of the answer comes before its key does.
            assertThat(site.gateway.drops(Verdict.NOT_AUTHENTIC)).isLessThanOrEqualTo(overUdp ? 1 : 0);
            assertThat(site.gateway.events).containsExactly("alice opened", "alice up");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientBefore26BringsItsKeyOnce(boolean overUdp) throws Exception {
        try (Site site = ownKeys()) {
            Site.Client client = site.connectWith(clientKey.withoutResending(), overUdp ? site.udp : site.tcp, overUdp);
            bothWays(site, client);
            assertThat(site.server.halfOpen()).isZero();
        }
    }

    @Test
    void clientsWithTheOldKeyComeBesideThoseWithTheirOwn() throws Exception {
        WrapKey.Shared old = new WrapKey.ForTlsCrypt(shared);
        try (Site site = site(new ServerKeys(old, serverKey, 0))) {
            bothWays(site, site.connectWith(old, site.udp, true));
            bothWays(site, site.connectWith(clientKey, site.udp, true));
            bothWays(site, site.connectWith(old, site.tcp, false));
            bothWays(site, site.connectWith(clientKey, site.tcp, false));
        }
    }

    @Test
    void theAnswerToAKeyThatComesAgainKeepsNothingAndIsSmall() throws Exception {
        try (Site site = ownKeys();
                BareClient socket = BareClient.udp(site.udp)) {
            Own client = new Own(socket, clientKey, 77);
            for (int i = 0; i < 3; i++) {
                int sent = client.send(client.reset());
                byte[] answer = socket.receiveOctets();
                assertThat(answer.length).isLessThan(sent);
            }
            assertThat(site.server.halfOpen()).isZero();
        }
    }

    @Test
    void theFirstMessageBeginsEvenWhenItIsEmpty() throws Exception {
        try (Site site = ownKeys();
                BareClient socket = BareClient.udp(site.udp)) {
            Own client = new Own(socket, clientKey, 77);
            client.send(client.reset());
            OvpnSessionId ours = client.receive().sessionId();
            // Later packets do not bring the key, so it has to be kept from here on.
            Acks acks = Acks.of(ours, List.of(0L));
            client.send(new Control(0, client.id, acks, 1, Octets.EMPTY));
            assertThat(client.receive()).isInstanceOf(ControlPacket.Ack.class);
            client.send(new Control(0, client.id, acks, 2, BareClient.clientHello()));
            assertThat(client.receive().acks().messageIds()).contains(2L);
            assertThat(site.server.halfOpen()).isEqualTo(1);
        }
    }

    @Test
    void aRepeatedResetOfAClientThatIsKeptIsAnsweredAndAReplayIsNot() throws Exception {
        try (Site site = ownKeys();
                BareClient socket = BareClient.udp(site.udp)) {
            Own client = new Own(socket, clientKey.withoutResending(), 77);
            byte[] first = client.wrapped(client.reset());
            socket.sendOctets(first);
            OvpnSessionId ours = client.receive().sessionId();
            client.send(client.reset());
            assertThat(client.receive())
                    .isInstanceOf(HardResetServerV2.class)
                    .matches(again -> again.sessionId().equals(ours));
            socket.sendOctets(first);
            await().atMost(SOON).until(() -> site.gateway.drops(Verdict.REPLAYED) == 1);
            assertThat(site.server.halfOpen()).isEqualTo(1);
        }
    }

    /** The octets of TLS are many more than a first packet's, and the address that it came from may be a victim's. */
    @Test
    void tlsBeginsOnlyWithAClientThatHasReceivedSomething() throws Exception {
        OpenVpnLimits limits = new OpenVpnLimits(64, 3);
        try (Site site = site(
                        new ServerKeys(null, serverKey, 0),
                        settings -> Settings.like(settings).limits(limits).done());
                BareClient socket = BareClient.udp(site.udp)) {
            Own client = new Own(socket, clientKey.withoutResending(), 77);
            client.send(client.reset());
            OvpnSessionId ours = client.receive().sessionId();
            Control unacknowledged = new Control(0, client.id, Acks.NONE, 1, BareClient.clientHello());
            int sent = client.send(unacknowledged);
            byte[] answer = socket.receiveOctets();
            // A client whose acknowledgement was lost acknowledges this again.
            assertThat(client.unwrapped(answer))
                    .isInstanceOf(HardResetServerV2.class)
                    .matches(again -> again.sessionId().equals(ours));
            assertThat(answer.length).isLessThan(sent);
            client.send(unacknowledged);
            assertThat(client.receive()).isInstanceOf(HardResetServerV2.class);
            client.send(unacknowledged);
            client.send(client.reset());
            await().atMost(SOON).until(() -> site.gateway.drops(Verdict.HANDSHAKE_LIMIT) == 2);

            client.send(new Control(0, client.id, Acks.of(ours, List.of(0L)), 1, BareClient.clientHello()));
            assertThat(client.receive()).isInstanceOfAny(ControlPacket.Ack.class, Control.class);
        }
    }

    @Test
    void aFirstPacketFromAnothersPathTakesNothingFromWhoLivesThere() throws Exception {
        WrapKey.Shared old = new WrapKey.ForTlsCrypt(shared);
        try (Site site = new Site(
                        new ServerKeys(old, serverKey, 0), old, UnaryOperator.identity(), new JavaxPacketCiphers());
                Relay alices = new Relay(site.udp);
                Relay bobs = new Relay(site.udp);
                BareClient socket = BareClient.udp(site.udp)) {
            Site.Client alice = site.connect(alices.address(), "alice", "right");
            Site.Client bob = site.connect(bobs.address(), "bob", "right");
            bothWays(site, alice);
            bothWays(site, bob);
            Own forged = new Own(socket, clientKey.withoutResending(), 77);
            bobs.inject(forged.wrapped(forged.reset()));
            await().atMost(SOON).until(() -> site.server.halfOpen() == 1);
            BlockingQueue<byte[]> held = alices.hold();
            alice.send(packet(alice.address(), "203.0.113.9", 77));
            bobs.inject(held.poll(10, TimeUnit.SECONDS));
            await().atMost(SOON).until(() -> site.gateway.drops(Verdict.UNKNOWN_PEER) == 1);
            bothWays(site, bob);
        }
    }

    @Test
    void clientsWhoseAddressIsNotProvenHaveASmallPartOfTheTable() throws Exception {
        OpenVpnLimits limits = new OpenVpnLimits(16, 1000);
        try (Site site = site(
                        new ServerKeys(null, serverKey, 0),
                        settings -> Settings.like(settings).limits(limits).done());
                BareClient socket = BareClient.udp(site.udp)) {
            for (int i = 1; i <= 8; i++) {
                Own client = new Own(socket, clientKey.withoutResending(), i);
                client.send(client.reset());
            }
            await().atMost(SOON).until(() -> site.gateway.drops(Verdict.HANDSHAKE_LIMIT) == 6);
            assertThat(site.server.halfOpen()).isEqualTo(2);
            // Whoever brings the key again needs none of it, and those there end soon.
            bothWays(site, site.connectWith(clientKey, site.udp, true));
            await().atMost(Duration.ofSeconds(30)).until(() -> site.server.halfOpen() == 0);
            bothWays(site, site.connectWith(clientKey.withoutResending(), site.udp, true));
        }
    }

    @Test
    void aSecondKeyOnOneConnectionIsNotTaken() throws Exception {
        ClientKeyV2 another = serverKey.wrap(shared, new io.sallyport.openvpn.wire.KeyMetadata.None());
        try (Site site = ownKeys();
                BareClient socket = BareClient.tcp(site.tcp)) {
            Own client = new Own(socket, clientKey, 77);
            client.send(client.reset());
            OvpnSessionId ours = client.receive().sessionId();
            // The same session under another key, which the server's would open: it is none of this connection's.
            Own imposter = new Own(socket, another, 77);
            imposter.send(imposter.reset());
            await().atMost(SOON).until(() -> site.gateway.drops(Verdict.NOT_AUTHENTIC) == 1);
            client.send(client.reset());
            assertThat(client.receive().sessionId()).isEqualTo(ours);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFalseLengthIsCountedAndNothingMore(boolean overUdp) throws Exception {
        try (Site site = ownKeys();
                BareClient socket = overUdp ? BareClient.udp(site.udp) : BareClient.tcp(site.tcp)) {
            Own client = new Own(socket, clientKey, 77);
            byte[] packet = client.wrapped(client.reset());
            packet[packet.length - 2] = 4;
            packet[packet.length - 1] = 0;
            socket.sendOctets(packet);
            Verdict verdict = Verdict.MALFORMED;
            await().atMost(SOON).until(() -> site.gateway.drops(verdict) == 1);
            assertThat(site.server.halfOpen()).isZero();
        }
    }

    @Test
    void aKeyOfAnotherServerGetsNoAnswer() throws Exception {
        byte[] octets = new byte[ServerKeyV2.OCTETS];
        ServerKeyV2 other = new ServerKeyV2(io.sallyport.core.octets.Secret.taking(octets));
        ClientKeyV2 stranger = other.wrap(shared, new io.sallyport.openvpn.wire.KeyMetadata.None());
        try (Site site = ownKeys();
                BareClient socket = BareClient.udp(site.udp)) {
            Own client = new Own(socket, stranger, 77);
            client.send(client.reset());
            await().atMost(SOON).until(() -> site.gateway.drops(Verdict.NOT_AUTHENTIC) == 1);
            assertThat(site.server.halfOpen()).isZero();
        }
    }

    /** Packets written by hand, under a key of the client's own. */
    private static final class Own {
        final OvpnSessionId id;
        private final BareClient socket;
        private final ConnectionWrap wrap;

        Own(BareClient socket, @Nullable WrapKey key, long id) {
            this.socket = socket;
            this.wrap = ConnectionWrap.ofClient(key, NOW);
            this.id = new OvpnSessionId(id);
        }

        HardResetClientV2 reset() {
            return new HardResetClientV2(id, Acks.NONE, 0, Octets.EMPTY);
        }

        byte[] wrapped(ControlPacket packet) {
            ByteBuf out = Unpooled.buffer();
            wrap.wrap(packet, out);
            return ByteBufUtil.getBytes(out);
        }

        int send(ControlPacket packet) throws Exception {
            byte[] octets = wrapped(packet);
            socket.sendOctets(octets);
            return octets.length;
        }

        ControlPacket receive() throws Exception {
            return unwrapped(socket.receiveOctets());
        }

        ControlPacket unwrapped(byte[] octets) throws Exception {
            return wrap.unwrap(Unpooled.wrappedBuffer(octets)).packet();
        }
    }
}
