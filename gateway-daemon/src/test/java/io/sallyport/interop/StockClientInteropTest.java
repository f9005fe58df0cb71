package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The first hour of a user: four commands, one file, a stock client. */
@Interop
class StockClientInteropTest {
    private static Lab lab;

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
    }

    @Test
    void connectsWithTheExportedFileAndNothingElse() {
        // Nothing of the generated configuration is touched here but the routes, which every operator has to name.
        Gateway gateway = Gateway.init(lab);
        gateway.issue("alice");
        ClientProfile exported = gateway.export("alice");
        Running running = gateway.run();

        Running client = new Running(
                lab,
                "openvpn-stock",
                lab.client(1)
                        .command(java.util.List.of(
                                "openvpn",
                                "--config",
                                lab.write("vpnconfig.ovpn", exported.text()).toString())));
        client.awaitLog(OpenVpnClient.UP, Duration.ofSeconds(40));

        Ping.answers(lab.client(1), Lab.HOST);
        assertThat(gateway.sessions().only("alice").privateAddress())
                .isEqualTo(lab.client(1).addressOf("tun0", 4));
        client.close();
        running.signal("TERM");
        assertThat(running.awaitExit(Duration.ofSeconds(40))).isZero();
    }

    @Test
    void checkAcceptsWhatInitWrote() {
        Gateway gateway = Gateway.init(lab);
        assertThat(gateway.ask("check").status()).isZero();
    }
}
