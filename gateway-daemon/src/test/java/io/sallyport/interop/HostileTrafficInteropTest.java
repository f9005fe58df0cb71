package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A million bad datagrams and ten thousand bad connections, with clients beside them that must notice nothing. */
@Interop
class HostileTrafficInteropTest {
    private static final int DATAGRAMS = 1_000_000;
    private static final int CONNECTIONS = 10_000;
    /** Longer than any deadline of a half-open handshake. */
    private static final Duration SETTLE = Duration.ofSeconds(100);

    private static Lab lab;
    private static Gateway gateway;

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        gateway = Gateway.init(lab);
        gateway.issue("victim");
        gateway.issue("bystander");
    }

    @Test
    void aMillionRandomAndMutatedDatagrams() throws IOException {
        Running running = gateway.run();
        Running middle = HostileDatagrams.start(lab, lab.client(1), DATAGRAMS);
        ClientProfile throughTheMiddle = gateway.export("victim").to(HostileDatagrams.REMOTE);
        OpenVpnClient victim = OpenVpnClient.connect(lab, lab.client(1), throughTheMiddle);
        OpenVpnClient bystander = OpenVpnClient.connect(
                lab, lab.client(2), gateway.export("bystander").overUdp());
        Ping.answers(victim.namespace(), Lab.HOST);
        Ping.answers(bystander.namespace(), Lab.HOST);

        // A tenth of the attack first: what is kept for good, such as compiled code and pooled buffers, is kept from
        // then on.
        HostileDatagrams.attack(middle, 1);
        Memory baseline = Memory.of(running.pid());
        HostileDatagrams.begin(middle);
        while (!middle.log().contains("in round 2") && middle.alive()) {
            Ping.awaitAnswer(bystander.namespace(), Lab.HOST, Duration.ofSeconds(20));
        }
        assertThat(HostileDatagrams.end(middle, 2)).isEqualTo(DATAGRAMS);

        worksAsBefore(victim, "victim");
        worksAsBefore(bystander, "bystander");
        Memory.returnsTo(baseline, running.pid(), SETTLE);
    }

    @Test
    void tenThousandHostileConnections() {
        Running running = gateway.run();
        OpenVpnClient bystander = OpenVpnClient.connect(
                lab, lab.client(2), gateway.export("bystander").overTcp());
        Ping.answers(bystander.namespace(), Lab.HOST);
        HostileConnections.opened(HostileConnections.start(lab, lab.client(1), CONNECTIONS / 10));
        Memory baseline = Memory.of(running.pid());

        Running attack = HostileConnections.start(lab, lab.client(1), CONNECTIONS);
        while (attack.alive()) {
            Ping.awaitAnswer(bystander.namespace(), Lab.HOST, Duration.ofSeconds(20));
        }
        assertThat(HostileConnections.opened(attack)).isGreaterThan(CONNECTIONS * 9 / 10);

        worksAsBefore(bystander, "bystander");
        OpenVpnClient another = OpenVpnClient.connect(
                lab, lab.client(3), gateway.export("victim").overTcp());
        Ping.answers(another.namespace(), Lab.HOST);
        another.close();
        Memory.returnsTo(baseline, running.pid(), SETTLE);
    }

    private static void worksAsBefore(OpenVpnClient client, String user) {
        Ping.answers(client.namespace(), Lab.HOST);
        assertThat(client.log()).containsOnlyOnce(OpenVpnClient.UP);
        assertThat(gateway.sessions().only(user).privateAddress()).isEqualTo(client.address());
    }
}
