package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that want what is never given. */
@Interop
class RefusalInteropTest {
    private static final Duration AT_ONCE = Duration.ofSeconds(15);

    private static Lab lab;
    private static Gateway gateway;
    private static ClientProfile profile;

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        gateway = Gateway.init(lab);
        gateway.issue("alice");
        profile = gateway.export("alice").overUdp();
    }

    @ParameterizedTest
    @ValueSource(strings = {"comp-lzo yes", "compress lz4", "compress lz4-v2"})
    void compression(String option) {
        Running running = gateway.run();
        OpenVpnClient client = OpenVpnClient.start(lab, lab.client(1), profile.with(option, "allow-compression yes"));
        assertThat(client.awaitRefusal(AT_ONCE)).contains("AUTH_FAILED");
        running.awaitLog("(?i)compress", AT_ONCE);
        assertThat(client.log()).containsPattern("(?i)AUTH_FAILED.*compress");
        assertThat(gateway.sessions().entries()).isEmpty();
    }

    @Test
    void aClientThatHasOnlyCbcCiphers() {
        Running running = gateway.run();
        OpenVpnClient client = OpenVpnClient.start(
                lab, lab.client(1), profile.without("data-ciphers").with("data-ciphers AES-256-CBC:AES-128-CBC"));
        assertThat(client.awaitRefusal(AT_ONCE)).contains("AUTH_FAILED");
        running.awaitLog("(?i)cipher", AT_ONCE);
        assertThat(client.log()).containsPattern("(?i)AUTH_FAILED.*cipher");
        assertThat(gateway.sessions().entries()).isEmpty();
    }

    @Test
    void tlsBelowOneDotTwo() {
        gateway.run();
        // OpenSSL offers 1.1 only at security level 0.
        OpenVpnClient client = OpenVpnClient.start(
                lab,
                lab.client(1),
                profile.without("tls-version-min")
                        .without("tls-cipher")
                        .with("tls-version-min 1.0", "tls-version-max 1.1", "tls-cipher DEFAULT:@SECLEVEL=0"));
        client.awaitRefusal(AT_ONCE);
        assertThat(client.log()).doesNotContain(OpenVpnClient.UP);
    }

    @Test
    void aStaticKeyIsDroppedAndCounted() {
        gateway.run();
        double before = dropped();
        String key = lab.directory().resolve("static.key").toString();
        Command.run("openvpn", "--genkey", "secret", key).orFail();
        Running client = new Running(
                lab,
                "openvpn-static",
                lab.client(1)
                        .command(List.of(
                                "openvpn",
                                // OpenVPN 2.7 has static keys only so; 2.6 does not know the option.
                                "--ignore-unknown-option",
                                "allow-deprecated-insecure-static-crypto",
                                "--allow-deprecated-insecure-static-crypto",
                                "--dev",
                                "tun0",
                                "--ifconfig",
                                "10.99.0.1",
                                "10.99.0.2",
                                "--remote",
                                Lab.GATEWAY,
                                "1194",
                                "--proto",
                                "udp",
                                "--nobind",
                                "--secret",
                                key,
                                "--cipher",
                                "AES-256-CBC",
                                "--ping",
                                "1")));
        Awaitility.await("drops to be counted").atMost(AT_ONCE).until(() -> dropped() > before);
        assertThat(client.alive()).isTrue();
        assertThat(client.log()).doesNotContain(OpenVpnClient.UP);
        assertThat(gateway.sessions().entries()).isEmpty();
    }

    @Test
    void someoneWithoutTheTlsCryptKey() {
        gateway.run();
        double before = dropped();
        OpenVpnClient client =
                OpenVpnClient.start(lab, lab.client(1), profile.withoutBlock("tls-crypt"), "--hand-window", "5");
        client.awaitRefusal(AT_ONCE);
        assertThat(client.log()).doesNotContain("Initial packet");
        assertThat(dropped()).isGreaterThan(before);
    }

    /** The sum of all verdicts on the Prometheus endpoint. */
    private static double dropped() {
        String page = lab.gateway()
                .shell("exec 3<>/dev/tcp/127.0.0.1/9464; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3")
                .orFail()
                .out();
        return Pattern.compile("^sallyport_packets_dropped_total\\{[^}]*\\} ([0-9.eE+]+)", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .mapToDouble(match -> Double.parseDouble(match.group(1)))
                .sum();
    }
}
