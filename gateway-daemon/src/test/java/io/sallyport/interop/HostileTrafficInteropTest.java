package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A million bad datagrams and ten thousand bad connections, with clients beside them that must notice nothing. */
@Interop
class HostileTrafficInteropTest {
    private static final int DATAGRAMS = 1_000_000;
    private static final int DATAGRAMS_PER_SECOND = 40_000;
    private static final int CONNECTIONS = 10_000;
    private static final long SEED = 20_251_122;
    private static final Duration ATTACK = Duration.ofMinutes(4);
    /** Longer than any deadline of a half-open handshake. */
    private static final Duration SETTLE = Duration.ofSeconds(100);

    private static Lab lab;
    private static Gateway gateway;

    @BeforeAll
    static void open() {
        lab = Lab.open();
        gateway = Gateway.init(lab);
        gateway.issue("victim");
        gateway.issue("bystander");
    }

    @AfterEach
    void end() {
        lab.endProcesses();
    }

    @AfterAll
    static void close() {
        lab.close();
    }

    @Test
    void aMillionRandomAndMutatedDatagrams() throws IOException {
        Running running = gateway.run();
        Running middle = new Running(
                lab,
                "hostile-datagrams",
                lab.client(1)
                        .command(JavaProgram.command(
                                List.of("-Xmx128m"),
                                HostileDatagrams.class.getName(),
                                Lab.GATEWAY,
                                "1194",
                                Integer.toString(DATAGRAMS),
                                Integer.toString(DATAGRAMS_PER_SECOND),
                                Long.toString(SEED))));
        middle.awaitLog("relaying", Duration.ofSeconds(20));
        ClientProfile throughTheMiddle =
                gateway.export("victim").to("remote 127.0.0.1 " + HostileDatagrams.RELAY_PORT + " udp");
        OpenVpnClient victim = OpenVpnClient.connect(lab, lab.client(1), throughTheMiddle);
        OpenVpnClient bystander = OpenVpnClient.connect(
                lab, lab.client(2), gateway.export("bystander").overUdp());
        Ping.answers(victim.namespace(), Lab.HOST);
        Ping.answers(bystander.namespace(), Lab.HOST);

        // A tenth of the attack first: what is kept for good, such as compiled code and pooled buffers, is kept from
        // then on.
        command(middle);
        middle.awaitLog("sent \\d+ in round 1", ATTACK);
        Memory baseline = Memory.of(running.pid());
        command(middle);
        while (!middle.log().contains("in round 2") && middle.alive()) {
            Ping.awaitAnswer(bystander.namespace(), Lab.HOST, Duration.ofSeconds(20));
        }
        int sent = Integer.parseInt(
                middle.awaitLog("sent (\\d+) in round 2", ATTACK).group(1));
        assertThat(sent).isEqualTo(DATAGRAMS);

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
        attack(CONNECTIONS / 10).awaitExit(ATTACK);
        Memory baseline = Memory.of(running.pid());

        Running attack = attack(CONNECTIONS);
        while (attack.alive()) {
            Ping.awaitAnswer(bystander.namespace(), Lab.HOST, Duration.ofSeconds(20));
        }
        int opened = Integer.parseInt(attack.awaitLog("opened (\\d+)", ATTACK).group(1));
        assertThat(opened).isGreaterThan(CONNECTIONS * 9 / 10);

        worksAsBefore(bystander, "bystander");
        OpenVpnClient another = OpenVpnClient.connect(
                lab, lab.client(3), gateway.export("victim").overTcp());
        Ping.answers(another.namespace(), Lab.HOST);
        another.close();
        Memory.returnsTo(baseline, running.pid(), SETTLE);
    }

    private static Running attack(int connections) {
        return new Running(
                lab,
                "hostile-connections",
                lab.client(1)
                        .command(JavaProgram.command(
                                List.of("-Xmx256m"),
                                HostileConnections.class.getName(),
                                Lab.GATEWAY,
                                "443",
                                Integer.toString(connections),
                                Long.toString(SEED))));
    }

    private static void worksAsBefore(OpenVpnClient client, String user) {
        Ping.answers(client.namespace(), Lab.HOST);
        assertThat(client.log()).containsOnlyOnce(OpenVpnClient.UP);
        assertThat(gateway.sessions().only(user).privateAddress()).isEqualTo(client.address());
    }

    /** One octet of input is one round. */
    @SuppressWarnings("resource") // closing the stream would end the process before its rounds
    private static void command(Running process) throws IOException {
        OutputStream in = process.process().getOutputStream();
        in.write("\n".getBytes(StandardCharsets.US_ASCII));
        in.flush();
    }
}
