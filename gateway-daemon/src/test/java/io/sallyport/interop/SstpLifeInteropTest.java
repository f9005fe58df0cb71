package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How connections of sstpc end, from both sides, and what they outlive. */
@Interop(processesStay = true)
class SstpLifeInteropTest {
    private static final Duration AT_ONCE = Duration.ofSeconds(20);
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String PASSWORD = "only for this test";
    /** What sstpc or pppd says when the other end has ended the connection in order. */
    private static final String TOLD = "LCP terminated by peer|TYPE\\([0-9]+\\): (DISCONNECT|ABORT)";

    private static Lab lab;
    private static Gateway gateway;
    private static UserModeLinux machine;

    private Running running;

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        gateway = Gateway.init(lab);
        gateway.addUser("bob", PASSWORD);
        gateway.addUser("carol", PASSWORD);
        machine = UserModeLinux.boot(lab, 1);
    }

    @BeforeEach
    void start() {
        gateway.configuration()
                .set("/sessions/idle-timeout", "0s")
                .set("/sessions/timeout", "0s")
                .save();
        running = gateway.run();
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void whenPppdEndsSoDoesTheSession() {
        try (SstpClient client = connect("bob")) {
            gateway.sessions().only("bob");
            int mark = running.mark();
            client.signalPppd("TERM");
            gateway.awaitNoSession();
            running.awaitSince(mark, "session closed.*said goodbye", AT_ONCE);
            client.awaitExit(AT_ONCE);
        }
    }

    /** Twice, so that the second meets what the first left. */
    @Test
    void lcpNegotiatedAnewKeepsTheSessionAndItsAddress() {
        try (SstpClient client = connect("bob")) {
            Sessions.Entry before = gateway.sessions().only("bob");
            for (int i = 0; i < 2; i++) {
                int mark = client.mark();
                client.renegotiate();
                client.awaitSince(mark, "rcvd \\[LCP ConfAck", AT_ONCE);
                client.awaitSince(mark, SstpClient.UP, AT_ONCE);
                client.route("10.20.0.0/16");
                Ping.awaitAnswer(machine, Lab.HOST, AT_ONCE);
                Ping.answers(lab.host(), client.address());
            }
            assertThat(gateway.sessions().only("bob")).isEqualTo(before);
            assertThat(client.log()).containsOnlyOnce("rcvd [CHAP Challenge");
        }
    }

    @Test
    void whenSstpcIsKilledTheSessionEnds() {
        try (SstpClient client = connect("bob")) {
            client.signal("KILL");
            gateway.awaitNoSession();
            client.awaitExit(AT_ONCE);
        }
    }

    @Test
    void sessionsDisconnectTellsTheClientAndLeavesOthersAlone() {
        try (SstpClient bob = connect("bob");
                SstpClient carol = connect("carol")) {
            String id = gateway.sessions().only("bob").id();
            int mark = bob.mark();
            gateway.ask("sessions", "disconnect", id).orFail();
            assertThat(gateway.sessions().of("bob")).isEmpty();
            bob.awaitSince(mark, TOLD, AT_ONCE);
            bob.awaitExit(AT_ONCE);
            carol.route("10.20.0.0/16");
            Ping.answers(machine, Lab.HOST);
            assertThat(gateway.sessions().of("carol")).hasSize(1);
        }
    }

    @Test
    void idleClientIsTurnedOutAndABusyOneIsNot() {
        gateway.configuration().set("/sessions/idle-timeout", "10s").save();
        gateway.ask("reload").orFail();
        try (SstpClient busy = connect("bob")) {
            busy.route("10.20.0.0/16");
            // Before the other connects, which may take longer than a client may be idle.
            UserModeLinux.Job traffic = machine.begin("ping -n -i 0.5 -w 150 " + Lab.HOST, Duration.ofMinutes(3));
            try (SstpClient idle = connect("carol")) {
                idle.awaitLog(TOLD, SOON);
                running.awaitLog("session closed.*idle for too long", AT_ONCE);
                idle.awaitExit(AT_ONCE);
            }
            assertThat(traffic.ended()).isFalse();
            assertThat(gateway.sessions().entries())
                    .extracting(Sessions.Entry::user)
                    .containsExactly("bob");
        }
    }

    @Test
    void aSessionEndsWhenItsTimeIsUp() {
        gateway.configuration().set("/sessions/timeout", "8s").save();
        gateway.ask("reload").orFail();
        try (SstpClient client = connect("bob")) {
            client.awaitLog(TOLD, SOON);
            running.awaitLog("session closed.*time is up", AT_ONCE);
            client.awaitExit(AT_ONCE);
        }
    }

    @Test
    void sigtermTellsTheClient() {
        try (SstpClient client = connect("bob")) {
            int mark = client.mark();
            running.signal("TERM");
            client.awaitSince(mark, TOLD, AT_ONCE);
            assertThat(running.awaitExit(SOON)).isZero();
            client.awaitExit(AT_ONCE);
        }
    }

    @Test
    void aKilledGatewayIsNoticedAndTheNextOneGivesTheSameAddress() {
        String address;
        // Two of them, so that an unchanged address is not merely the first of the pool.
        try (SstpClient carol = connect("carol");
                SstpClient bob = connect("bob")) {
            address = bob.address();
            running.kill();
            bob.awaitExit(AT_ONCE);
            carol.awaitExit(AT_ONCE);
        }
        running = gateway.run();
        try (SstpClient bob = connect("bob")) {
            assertThat(bob.address()).isEqualTo(address);
        }
    }

    @Test
    void aRenewedCertificateEndsNoSessionAndTheNextIsBoundToIt() {
        try (SstpClient bob = connect("bob")) {
            bob.route("10.20.0.0/16");
            String before = shownCertificate();
            gateway.ask("cert", "renew").orFail();
            gateway.ask("reload").orFail();
            assertThat(shownCertificate()).isNotEqualTo(before);
            Ping.answers(machine, Lab.HOST);
            // The crypto binding carries the hash of the certificate that sstpc was shown: with the old one's it would
            // be aborted.
            try (SstpClient carol = connect("carol")) {
                carol.route("10.20.0.0/16");
                Ping.answers(machine, Lab.HOST);
                bob.route("10.20.0.0/16");
                Ping.answers(machine, Lab.HOST);
                assertThat(gateway.sessions().entries())
                        .extracting(Sessions.Entry::user)
                        .containsExactlyInAnyOrder("bob", "carol");
            }
        }
    }

    @FullRun
    @Test
    void twoMachinesWithTheSameUser() {
        try (UserModeLinux second = UserModeLinux.boot(lab, 2);
                SstpClient one = connect("bob");
                SstpClient two = SstpClient.start(gateway, second, "bob", PASSWORD, SstpClient.MSCHAPV2)) {
            two.awaitUp();
            one.route("10.20.0.0/16");
            two.route("10.20.0.0/16");
            Ping.answers(machine, Lab.HOST);
            Ping.answers(second, Lab.HOST);
            assertThat(gateway.sessions().of("bob").map(Sessions.Entry::privateAddress))
                    .containsExactlyInAnyOrderElementsOf(List.of(one.address(), two.address()));
        }
    }

    private static SstpClient connect(String user) {
        return SstpClient.start(gateway, machine, user, PASSWORD, SstpClient.MSCHAPV2)
                .awaitUp();
    }

    private static String shownCertificate() {
        return machine.shell("openssl s_client -connect " + Lab.GATEWAY + ":443 </dev/null 2>/dev/null"
                        + " | openssl x509 -noout -fingerprint -sha256")
                .orFail()
                .out();
    }
}
