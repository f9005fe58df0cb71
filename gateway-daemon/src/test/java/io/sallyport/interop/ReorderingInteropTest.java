package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Paths that deliver out of order, and twice. */
@Interop
class ReorderingInteropTest {
    private static final Duration FILE_LIMIT = Duration.ofMinutes(3);
    private static final int FILE_OCTETS = InteropMode.pick(3_000_000, 30_000_000);

    private static Lab lab;
    private static Gateway gateway;
    private static ClientProfile profile;

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        gateway = Gateway.init(lab);
        gateway.issue("alice");
        // The client's own window is 64 packets unless told otherwise.
        profile = gateway.export("alice").to(DisorderlyRelay.REMOTE).with("replay-window 1024 15");
    }

    /** Late by more than a round trip, and still new: nothing is taken for a replay. */
    @Test
    void whatComesLateIsTaken() {
        gateway.run();
        Running relay = DisorderlyRelay.start(lab, lab.client(1), 3, 10_000, 0);
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(1), profile);
        assertThat(client.log()).doesNotContain("TLS Error");
        trafficGoesOn(client, relay);
        assertThat(Drops.of(lab, "replayed")).as("late taken for replayed").isZero();
        assertThat(client.log()).containsOnlyOnce(OpenVpnClient.UP).doesNotContain("bad packet ID");
    }

    @Test
    void whatComesTwiceIsDroppedAndCounted() {
        gateway.run();
        Running relay = DisorderlyRelay.start(lab, lab.client(1), 7, 3_000, 2);
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(1), profile);
        trafficGoesOn(client, relay);
        // Of a few thousand packets upward; control packets are wrapped and numbered too.
        Drops.await(lab, "replayed", 500);
        assertThat(Drops.of(lab, "not_authentic")).isZero();
        assertThat(client.log()).containsOnlyOnce(OpenVpnClient.UP);
    }

    private static void trafficGoesOn(OpenVpnClient client, Running relay) {
        Ping.answers(client.namespace(), Lab.HOST);
        Ping.answers(lab.host(), client.address6());
        FileTransfer.arrivesIntact(lab, client.namespace(), lab.host(), Lab.HOST, FILE_OCTETS, FILE_LIMIT);
        FileTransfer.arrivesIntact(lab, lab.host(), client.namespace(), client.address(), FILE_OCTETS, FILE_LIMIT);
        DisorderlyRelay.awaitOvertaken(relay, 200);
        assertThat(gateway.sessions().only("alice").privateAddress()).isEqualTo(client.address());
        assertThat(Drops.of(lab, "internal_error")).isZero();
    }
}
