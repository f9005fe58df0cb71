package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The gateway is killed, stopped and told to let somebody go. */
@Interop
class GatewayLifeInteropTest {
    private static final Duration BACK_BY_ITSELF = Duration.ofSeconds(90);
    private static final Duration AT_ONCE = Duration.ofSeconds(10);

    private static Lab lab;
    private static Gateway gateway;
    private static ClientProfile profile;

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        gateway = Gateway.init(lab);
        // The full run waits for the periods that a user gets; the representative one shortens them.
        gateway.configuration()
                .set("/network/masquerade", true)
                .set("/protocols/openvpn/ping", InteropMode.pick("3s", "10s"))
                .set("/protocols/openvpn/ping-restart", InteropMode.pick("12s", "60s"))
                .save();
        gateway.issue("alice");
        gateway.issue("bob");
        profile = gateway.export("alice");
    }

    @ParameterizedTest
    @Transports(representative = "udp")
    void clientsComeBackByThemselvesAfterKillDashNine(String transport) {
        Running first = gateway.run();
        // Two clients, so that an unchanged address is not merely the first of the pool.
        OpenVpnClient bob = OpenVpnClient.connect(lab, lab.client(2), over(transport, gateway.export("bob")));
        OpenVpnClient alice = OpenVpnClient.connect(lab, lab.client(1), over(transport, profile));
        String address = alice.address();
        String address6 = alice.address6();
        int before = alice.mark();
        bob.close();
        first.kill();

        gateway.run();
        alice.awaitSince(before, OpenVpnClient.UP, BACK_BY_ITSELF);
        Ping.awaitAnswer(alice.namespace(), Lab.HOST, AT_ONCE);
        assertThat(alice.address()).isEqualTo(address).isNotEmpty();
        assertThat(alice.address6()).isEqualTo(address6).isNotEmpty();
        assertThat(gateway.sessions().only("alice").privateAddress()).isEqualTo(address);
    }

    @ParameterizedTest
    @Transports(representative = "tcp")
    void disconnectEndsASessionAtOnceAndTellsTheClient(String transport) {
        gateway.run();
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(1), over(transport, profile));
        Sessions.Entry session = gateway.sessions().only("alice");
        int before = client.mark();
        gateway.ask("sessions", "disconnect", session.id()).orFail();

        assertThat(gateway.sessions().entries()).noneMatch(entry -> entry.id().equals(session.id()));
        client.awaitSince(before, "AUTH_FAILED|RESTART|HALT|EXIT|SIGUSR1|SIGTERM|Connection reset", AT_ONCE);
    }

    @Test
    void disconnectByUserLeavesOthersAlone() {
        gateway.run();
        OpenVpnClient alice = OpenVpnClient.connect(lab, lab.client(1), profile.overUdp());
        OpenVpnClient bob =
                OpenVpnClient.connect(lab, lab.client(2), gateway.export("bob").overUdp());
        int before = alice.mark();
        gateway.ask("sessions", "disconnect", "--user", "alice").orFail();

        alice.awaitSince(before, "AUTH_FAILED|RESTART|HALT|EXIT|SIGUSR1|SIGTERM", AT_ONCE);
        Ping.answers(bob.namespace(), Lab.HOST);
        assertThat(gateway.sessions().of("bob")).hasSize(1);
    }

    @Test
    void aClientThatSaysGoodbyeIsGoneAtOnce() {
        gateway.run();
        // that it is to say goodbye it has from the gateway alone
        assertThat(profile.text()).doesNotContain("explicit-exit-notify");
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(1), profile.overUdp());
        gateway.sessions().only("alice");
        client.close();
        Awaitility.await("the session to be gone")
                .atMost(AT_ONCE)
                .until(() -> gateway.sessions().entries().isEmpty());
    }

    @Test
    void sigtermTellsClientsAndPutsTheHostBack() {
        HostState before = HostState.of(lab.gateway());
        Running running = gateway.run();
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(1), profile.overUdp());
        Ping.answers(client.namespace(), Lab.HOST);
        assertThat(HostState.of(lab.gateway())).isNotEqualTo(before);
        assertThat(HostState.of(lab.gateway()).forwarding()).startsWith("1");
        int mark = client.mark();

        running.signal("TERM");
        assertThat(running.awaitExit(Duration.ofSeconds(40))).isZero();
        assertThat(HostState.of(lab.gateway())).isEqualTo(before);
        client.awaitSince(mark, "RESTART|EXIT|HALT|SIGUSR1|SIGTERM", AT_ONCE);
    }

    @Test
    void whatACrashLeftIsPutBackByTheNextRun() {
        HostState before = HostState.of(lab.gateway());
        gateway.run().kill();
        Running second = gateway.run();
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(1), profile.overUdp());
        Ping.answers(client.namespace(), Lab.HOST);

        second.signal("TERM");
        assertThat(second.awaitExit(Duration.ofSeconds(40))).isZero();
        assertThat(HostState.of(lab.gateway())).isEqualTo(before);
    }

    private static ClientProfile over(String transport, ClientProfile of) {
        return transport.equals("tcp") ? of.overTcp() : of.overUdp();
    }
}
