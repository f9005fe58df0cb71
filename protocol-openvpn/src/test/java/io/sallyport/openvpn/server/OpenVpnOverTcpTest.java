package io.sallyport.openvpn.server;

import static io.sallyport.core.support.TestPackets.frame;
import static io.sallyport.core.support.TestPackets.framed;
import static io.sallyport.core.support.TestPackets.packet;
import static io.sallyport.openvpn.server.OpenVpnServerTest.bothWays;
import static io.sallyport.openvpn.server.OpenVpnServerTest.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.wire.Acks;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.ControlPacket.HardResetClientV2;
import io.sallyport.openvpn.wire.ControlWrap.Unwrapped;
import io.sallyport.openvpn.wire.OvpnSessionId;
import io.sallyport.openvpn.wire.ReplayIds;
import io.sallyport.openvpn.wire.TlsCrypt;
import java.net.Socket;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to a stream: two resets in a row, back-pressure, octets in any pieces. */
@Timeout(120)
class OpenVpnOverTcpTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    /** Where the sequence number is: behind the IPv4 header and half of UDP's. */
    private static final int NUMBER_AT = 24;

    @Test
    void aSecondResetOfAnotherSessionTakesOver() throws Exception {
        try (Site site = new Site(null);
                BareClient client = BareClient.tcp(site.tcp)) {
            client.reset(0xaaaa, 0);
            OvpnSessionId ours = client.reset(0xbbbb, 0);
            await().atMost(SOON).until(() -> site.server.halfOpen() == 1);
            shakesHands(client, new OvpnSessionId(0xbbbb), ours, 1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void aFirstResetMayHaveEitherMessageId(long messageId) throws Exception {
        try (Site site = new Site(null);
                BareClient client = BareClient.tcp(site.tcp)) {
            OvpnSessionId ours = client.reset(0xaaaa, messageId);
            assertThat(client.reset(0xaaaa, messageId)).isEqualTo(ours);
            shakesHands(client, new OvpnSessionId(0xaaaa), ours, messageId + 1);
        }
    }

    /** A client ends the connection at a packet whose time is before that of one it has seen. */
    @Test
    void answersAreNumberedInOneRowWheneverTheyAreSent() throws Exception {
        try (Site site = new Site(key());
                TlsCrypt client = new TlsCrypt(key(), TlsCrypt.End.CLIENT);
                BareClient connection = BareClient.tcp(site.tcp)) {
            OvpnSessionId theirs = new OvpnSessionId(0xaaaa);
            ReplayIds sent = new ReplayIds(1_000_000, 0);
            ReplayIds seen = new ReplayIds(0, 0);
            OvpnSessionId ours = theirs;
            for (int i = 0; i < 2; i++) {
                connection.sendOctets(wrapped(client, new HardResetClientV2(theirs, Acks.NONE, 0, Octets.EMPTY), sent));
                Unwrapped answer = client.unwrap(Unpooled.wrappedBuffer(connection.receiveOctets()));
                assertThat(seen.accept(answer.replayId())).as("answer %d", i).isTrue();
                ours = answer.packet().sessionId();
                Thread.sleep(1100);
            }
            Acks acks = Acks.of(ours, List.of(0L));
            connection.sendOctets(
                    wrapped(client, new ControlPacket.Control(0, theirs, acks, 1, BareClient.clientHello()), sent));
            for (int i = 0; i < 2; i++) {
                Unwrapped more = client.unwrap(Unpooled.wrappedBuffer(connection.receiveOctets()));
                assertThat(seen.accept(more.replayId()))
                        .as("packet %d of the handshake", i)
                        .isTrue();
            }
        }
    }

    private static byte[] wrapped(TlsCrypt wrap, ControlPacket packet, ReplayIds ids) {
        ByteBuf out = Unpooled.buffer();
        wrap.wrap(packet, ids.next(), out);
        return ByteBufUtil.getBytes(out);
    }

    /** Our TLS answers the client's, which it does only when the message was the next one. */
    private static void shakesHands(BareClient client, OvpnSessionId theirs, OvpnSessionId ours, long id)
            throws Exception {
        client.send(new ControlPacket.Control(0, theirs, Acks.of(ours, List.of(0L)), id, BareClient.clientHello()));
        ControlPacket answer = client.receive();
        while (!(answer instanceof ControlPacket.Control)) {
            answer = client.receive();
        }
        assertThat(answer.sessionId()).isEqualTo(ours);
    }

    @Test
    void aConnectionWhoseFirstFrameNeverEndsIsClosed() throws Exception {
        try (Site site = new Site(null);
                Socket socket = new Socket(site.tcp.getAddress(), site.tcp.getPort())) {
            socket.getOutputStream().write(new byte[] {0, 14, 0x38});
            socket.setSoTimeout(15_000);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(site.gateway.drops(Verdict.DEADLINE_PASSED)).isEqualTo(1);
        }
    }

    @Test
    void whatAClientDoesNotReadIsDroppedAndItGoesOnAfterwards() throws Exception {
        try (Site site = new Site(key());
                TcpRelay relay = new TcpRelay(site.tcp)) {
            Site.Client client = site.connectByTcp(relay.address(), "alice");
            bothWays(site, client);
            relay.block(true);
            fill(site, client);
            relay.block(false);
            // What waited comes first, and there is room again after it.
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                long dropped = site.gateway.drops(Verdict.LINK_FULL);
                site.gateway.network.send(site.gateway.workers.get(0), frame("203.0.113.9", client.address(), 900));
                site.gateway.settle();
                assertThat(site.gateway.drops(Verdict.LINK_FULL)).isEqualTo(dropped);
            });
            bothWays(site, client);
            assertThat(client.closed).isNotDone();
        }
    }

    @Test
    void aClientThatDoesNotReadKeepsItsSocketOnlyForSeconds() throws Exception {
        try (Site site = new Site(key());
                TcpRelay relay = new TcpRelay(site.tcp)) {
            Site.Client client = site.connectByTcp(relay.address(), "alice");
            bothWays(site, client);
            relay.block(true);
            fill(site, client);
            site.gateway.core.sessions().closeAll(CloseReason.ADMINISTRATOR);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(site.gateway.events).contains("alice closed ADMINISTRATOR"));
            assertThat(relay.gatewayHoldsSocket()).isTrue();
            await().atMost(Duration.ofSeconds(30)).until(() -> !relay.gatewayHoldsSocket());
        }
    }

    /** Sends to a client that does not read until packets are dropped. */
    private static void fill(Site site, Site.Client client) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    for (int i = 0; i < 200; i++) {
                        site.gateway.network.send(
                                site.gateway.workers.get(i % 2), frame("203.0.113.9", client.address(), 1300));
                    }
                    site.gateway.settle();
                    return site.gateway.drops(Verdict.LINK_FULL) > 0;
                });
    }

    @Test
    void bothDirectionsAtOnceOverANarrowRoadKeepTheirOrderAndEnd() throws Exception {
        int packets = 3000;
        try (Site site = new Site(key());
                TcpRelay relay = new TcpRelay(site.tcp)) {
            Site.Client client = site.connectByTcp(relay.address(), "alice");
            bothWays(site, client);
            client.received.clear();
            site.gateway.network.received().clear();
            Random random = new Random(9);
            for (int i = 0; i < packets; i++) {
                client.send(numbered(packet(client.address(), "203.0.113.9", 8 + random.nextInt(1300)), i));
                ByteBuf down = packet("203.0.113.9", client.address(), 8 + random.nextInt(1300));
                site.gateway.network.send(site.gateway.workers.get(1), framed(numbered(down, i)));
            }
            // Up nothing may be missing, because TCP holds the client back; down what found no room is counted.
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> site.gateway.network.received().size() == packets
                            && client.received.size() + site.gateway.drops(Verdict.LINK_FULL) == packets);
            assertThat(numbers(site.gateway.network.received())).isSorted().doesNotHaveDuplicates();
            assertThat(numbers(client.received))
                    .isSorted()
                    .doesNotHaveDuplicates()
                    .hasSizeGreaterThan(100);
            bothWays(site, client);
        }
    }

    private static ByteBuf numbered(ByteBuf packet, int number) {
        return packet.setInt(packet.readerIndex() + NUMBER_AT, number);
    }

    private static List<Integer> numbers(Collection<String> hex) {
        return hex.stream()
                .map(each -> Integer.parseUnsignedInt(each.substring(NUMBER_AT * 2, NUMBER_AT * 2 + 8), 16))
                .toList();
    }
}
