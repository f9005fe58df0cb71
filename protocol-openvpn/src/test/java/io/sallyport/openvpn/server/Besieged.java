package io.sallyport.openvpn.server;

import static io.sallyport.core.support.TestPackets.frame;
import static io.sallyport.core.support.TestPackets.packet;
import static io.sallyport.openvpn.server.OpenVpnServerTest.bothWays;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.crypto.JavaxPacketCiphers;
import io.sallyport.core.session.Traffic;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.wire.ServerKeys;
import io.sallyport.openvpn.wire.StaticKey;
import io.sallyport.openvpn.wire.WrapKey;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A site under attack, where Bob by UDP and Carol by TCP notice nothing: nothing escapes an event loop, both keep
 * their session and their traffic, and in the end every table and every buffer is as it was.
 */
final class Besieged implements AutoCloseable {
    private static final Duration LONGER_THAN_ANY_DEADLINE = Duration.ofSeconds(90);
    private static final Duration LONGER_THAN_A_BUSY_MACHINE_TAKES = Duration.ofSeconds(30);
    /** Bob's in three tables, Carol's in one. */
    private static final int ENTRIES = 4;

    final Site site;
    private final Site.Client bob;
    private final Site.Client carol;
    private final Thread meanwhile;
    private volatile boolean over;
    private final AtomicInteger rounds = new AtomicInteger();
    private volatile @Nullable Throwable stuck;

    Besieged(@Nullable StaticKey tlsCrypt) throws Exception {
        this(tlsCrypt, UnaryOperator.identity());
    }

    Besieged(@Nullable StaticKey tlsCrypt, UnaryOperator<OpenVpnSettings> changes) throws Exception {
        this(new Site(tlsCrypt, changes));
    }

    /** @param clientKey of Bob and Carol */
    Besieged(ServerKeys keys, @Nullable WrapKey clientKey) throws Exception {
        this(new Site(keys, clientKey, UnaryOperator.identity(), new JavaxPacketCiphers()));
    }

    private Besieged(Site site) throws Exception {
        this.site = site;
        bob = site.connect(site.udp, "bob", "right");
        carol = site.connect(site.tcp, "carol", "right");
        othersGoOn();
        meanwhile = Thread.ofPlatform().daemon().start(this::goOnMeanwhile);
    }

    /** Traffic of both, both ways, all the time; each packet has to get through before the next. */
    private void goOnMeanwhile() {
        try {
            // Once at least, however soon the attack is over.
            do {
                passes(bob, "bob");
                passes(carol, "carol");
                rounds.incrementAndGet();
                TimeUnit.MILLISECONDS.sleep(20);
            } while (!over);
        } catch (Throwable t) {
            stuck = t;
        }
    }

    private void passes(Site.Client client, String user) {
        Traffic traffic = site.gateway.core.sessions().byUser(user).getFirst().traffic();
        long up = traffic.upPackets();
        long down = traffic.downPackets();
        client.send(packet(client.address(), "203.0.113.10", 60));
        site.gateway.network.send(site.gateway.workers.get(1), frame("203.0.113.10", client.address(), 61));
        await().atMost(LONGER_THAN_A_BUSY_MACHINE_TAKES)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> traffic.upPackets() > up && traffic.downPackets() > down);
    }

    private void theyWentOn() {
        over = true;
        try {
            meanwhile.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(stuck).as("what stopped the others").isNull();
        assertThat(rounds.get()).as("packets of the others meanwhile").isPositive();
    }

    void othersGoOn() {
        bothWays(site, bob);
        bothWays(site, carol);
    }

    long drops(Verdict verdict) {
        return site.gateway.drops(verdict);
    }

    void awaitDrops(Verdict verdict, long count) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(
                        () -> assertThat(drops(verdict)).as("%s", verdict).isEqualTo(count));
    }

    @Override
    public void close() {
        try {
            theyWentOn();
            othersGoOn();
            await().atMost(LONGER_THAN_ANY_DEADLINE).untilAsserted(() -> {
                assertThat(site.server.halfOpen()).as("handshakes").isZero();
                assertThat(site.server.tableEntries()).as("entries").isEqualTo(ENTRIES);
            });
            assertThat(site.gateway.events.stream()
                            .filter(event -> event.startsWith("bob") || event.startsWith("carol")))
                    .containsExactlyInAnyOrder("bob opened", "bob up", "carol opened", "carol up");
            assertThat(site.gateway.core.sessions().count()).isEqualTo(2);
            assertThat(drops(Verdict.INTERNAL_ERROR)).as("bugs").isZero();
        } finally {
            site.close();
        }
    }
}
