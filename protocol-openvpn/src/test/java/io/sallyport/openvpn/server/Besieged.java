package io.sallyport.openvpn.server;

import static io.sallyport.openvpn.server.OpenVpnServerTest.bothWays;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.core.support.Buffers;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.wire.StaticKey;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A site under attack, where Bob by UDP and Carol by TCP notice nothing: nothing escapes an event loop, both keep
 * their session and their traffic, and in the end every table and every buffer is as it was.
 */
final class Besieged implements AutoCloseable {
    private static final Duration LONGER_THAN_ANY_DEADLINE = Duration.ofSeconds(90);
    /** Bob's in three tables, Carol's in one. */
    private static final int ENTRIES = 4;

    final Site site;
    private final long buffersBefore = Buffers.taken();
    private final Site.Client bob;
    private final Site.Client carol;

    Besieged(@Nullable StaticKey tlsCrypt) throws Exception {
        this(tlsCrypt, UnaryOperator.identity());
    }

    Besieged(@Nullable StaticKey tlsCrypt, UnaryOperator<OpenVpnSettings> changes) throws Exception {
        site = new Site(tlsCrypt, changes);
        bob = site.connect(site.udp, "bob", "right");
        carol = site.connect(site.tcp, "carol", "right");
        othersGoOn();
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
                .untilAsserted(
                        () -> assertThat(drops(verdict)).as("%s", verdict).isEqualTo(count));
    }

    @Override
    public void close() {
        try {
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
        Buffers.areBackAt(buffersBefore);
    }
}
