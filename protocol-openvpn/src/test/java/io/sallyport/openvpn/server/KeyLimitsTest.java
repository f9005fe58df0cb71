package io.sallyport.openvpn.server;

import static io.sallyport.core.support.TestPackets.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.Worker;
import io.sallyport.openvpn.control.ClientTerms;
import io.sallyport.openvpn.data.KeySlots;
import io.sallyport.openvpn.data.SpentKeys;
import io.sallyport.openvpn.wire.PeerInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a key may be used for, and the epoch format, between a whole gateway and the synthetic client. */
@Timeout(120)
class KeyLimitsTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theGatewayRenewsAKeyThatIsNearItsLastPacketIdOrBlock(boolean overUdp) throws Exception {
        try (Site site = new Site(OpenVpnServerTest.key())) {
            Site.Client client = site.connect(overUdp ? site.udp : site.tcp, "alice", "right");
            OpenVpnServerTest.bothWays(site, client);
            long begin = System.nanoTime();
            onKeys(site, SpentKeys::nearTheEnd);
            OpenVpnServerTest.bothWays(site, client);
            awaitKey(site, 1);
            OpenVpnServerTest.bothWays(site, client);
            onKeys(site, SpentKeys::nearTheLimitOfBlocks);
            awaitKey(site, 2);
            // However fast keys are used up, handshakes do not follow one another at once.
            assertThat(System.nanoTime() - begin).isGreaterThan(PeerLink.RENEWAL_SECONDS * 1_000_000_000L);
            OpenVpnServerTest.bothWays(site, client);
            assertThat(site.gateway.events).containsExactly("alice opened", "alice up");
        }
    }

    /** CVE-2017-7479: no packet is sealed with a packet id that was used, whatever it costs, and no assertion ends the process. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingMoreIsSealedWithAKeyThatIsUsedUp(boolean overUdp) throws Exception {
        try (Site site = new Site(null)) {
            Site.Client client = site.connect(overUdp ? site.udp : site.tcp, "alice", "right");
            OpenVpnServerTest.bothWays(site, client);
            Worker home = site.server.peers().getFirst().home().worker();
            ByteBuf packet = frame("203.0.113.9", client.address(), 900);
            onKeys(site, keys -> {
                SpentKeys.atTheEnd(keys);
                // At once: within a second the gateway notices and has another key.
                site.gateway.network.send(home, packet);
            });
            await().atMost(SOON).until(() -> site.gateway.drops(Verdict.KEY_UNKNOWN) == 1);
            awaitKey(site, 1);
            OpenVpnServerTest.bothWays(site, client);
            assertThat(site.gateway.drops(Verdict.INTERNAL_ERROR)).isZero();
            assertThat(site.gateway.events).containsExactly("alice opened", "alice up");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theEpochFormatGoesToWhoAnnouncesItAndRenewsKeysWithoutANegotiation(boolean overUdp) throws Exception {
        try (Site site = new Site(OpenVpnServerTest.key())) {
            Secret right = Secret.taking("right".getBytes(StandardCharsets.UTF_8));
            ClientTerms terms = ClientTerms.standard("alice", right, overUdp).announcing(PeerInfo.PROTO_DATA_EPOCH);
            Site.Client client = site.connect(overUdp ? site.udp : site.tcp, null, terms);
            OpenVpnServerTest.bothWays(site, client);
            assertThat(ofKeys(site, SpentKeys::sendingEpoch)).isEqualTo(1);
            onKeys(site, SpentKeys::nearTheLimitOfBlocks);
            OpenVpnServerTest.bothWays(site, client);
            assertThat(ofKeys(site, SpentKeys::sendingEpoch)).isEqualTo(2);
            // the client has seen the gateway's second epoch, so its own next packet is of its second
            OpenVpnServerTest.bothWays(site, client);
            assertThat(ofKeys(site, SpentKeys::receivingEpoch)).isEqualTo(2);
            assertThat(ofKeys(site, SpentKeys::sendingKeyId)).isZero();

            clientRenewsItsKey(site, client);
            OpenVpnServerTest.bothWays(site, client);
            assertThat(ofKeys(site, SpentKeys::sendingEpoch)).isEqualTo(1);
            assertThat(site.gateway.events).containsExactly("alice opened", "alice up");
        }
    }

    /** Traffic, until the gateway sends with this key. */
    static void bothWaysUntilKey(Site site, Site.Client client, int keyId) {
        OpenVpnServerTest.bothWays(site, client);
        while (sendingKeyId(site) != keyId) {
            OpenVpnServerTest.bothWays(site, client);
        }
        OpenVpnServerTest.bothWays(site, client);
    }

    /** The gateway lets a client begin after a few seconds. */
    static void clientRenewsItsKey(Site site, Site.Client client) {
        await().atMost(SOON).pollInterval(Duration.ofMillis(500)).until(() -> {
            client.vpn().renegotiate();
            return sendingKeyId(site) == 1;
        });
    }

    static int sendingKeyId(Site site) {
        return ofKeys(site, SpentKeys::sendingKeyId);
    }

    private static void awaitKey(Site site, int keyId) {
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> ofKeys(site, SpentKeys::sendingKeyId) == keyId);
    }

    private static void onKeys(Site site, Consumer<KeySlots> what) {
        Peer only = site.server.peers().getFirst();
        CompletableFuture.runAsync(() -> what.accept(only.keys()), only.home().worker())
                .join();
    }

    private static int ofKeys(Site site, Function<KeySlots, Integer> what) {
        Peer only = site.server.peers().getFirst();
        return CompletableFuture.supplyAsync(
                        () -> what.apply(only.keys()), only.home().worker())
                .join();
    }
}
