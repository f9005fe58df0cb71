package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What stands around the control channel, with profiles as they were exported, and its renegotiations under dynamic tls-crypt. */
@Interop
class ControlWrapInteropTest {
    private static final Duration RENEWAL = Duration.ofSeconds(60);
    private static final Duration AT_ONCE = Duration.ofSeconds(20);
    private static final String KEYS = "/protocols/openvpn/";

    private static Lab lab;
    private static Gateway shared;
    private static Gateway own;

    /** {@code direction} is the gateway's; digest and direction are tls-auth's. */
    record Combination(String wrapping, String transport, String digest, String direction) {
        Combination(String wrapping, String transport) {
            this(wrapping, transport, "SHA1", "0");
        }
    }

    static Stream<Combination> combinations() {
        return InteropMode.pick(representative(), all()).stream();
    }

    private static List<Combination> representative() {
        return List.of(
                new Combination("tls-auth", "udp"),
                new Combination("tls-auth", "tcp", "SHA256", "none"),
                new Combination("tls-crypt-v2", "udp"),
                new Combination("tls-crypt-v2", "tcp"));
    }

    private static List<Combination> all() {
        List<Combination> all = new ArrayList<>();
        for (String transport : List.of("udp", "tcp")) {
            all.add(new Combination("none", transport));
            all.add(new Combination("tls-crypt", transport));
            all.add(new Combination("tls-crypt-v2", transport));
            for (String digest : List.of("SHA1", "SHA256", "SHA512")) {
                for (String direction : List.of("0", "1", "none")) {
                    all.add(new Combination("tls-auth", transport, digest, direction));
                }
            }
        }
        return all;
    }

    @BeforeAll
    static void open() {
        lab = Lab.open();
        shared = Gateway.init(lab);
        own = Gateway.init(lab, "--tls-crypt-v2");
        shared.issue("alice");
        own.issue("alice");
    }

    @AfterEach
    void end() {
        lab.endProcesses();
    }

    @AfterAll
    static void close() {
        lab.close();
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void connectsAndRenewsItsKeys(Combination combination) {
        Gateway gateway = gateway(combination);
        gateway.run();
        ClientProfile exported = gateway.export("alice");
        assertThat(exported.block(combination.wrapping(), "").isEmpty())
                .isEqualTo(combination.wrapping().equals("none"));

        ClientProfile profile = combination.transport().equals("tcp") ? exported.overTcp() : exported.overUdp();
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(1), profile, "--reneg-sec", "6", "--verb", "4");
        // Every negotiation after the first is under the key that was exported from the first.
        assertThat(client.log()).containsPattern("(?i)dyn-tls-crypt").contains("dynamic tls-crypt");
        int up = client.mark();
        client.awaitSince(up, "Control Channel: TLSv", RENEWAL);
        Ping.answers(client.namespace(), Lab.HOST);

        assertThat(client.log())
                .containsOnlyOnce(OpenVpnClient.UP)
                .doesNotContain("TLS Error", "unwrap error", "packet HMAC authentication failed");
        assertThat(gateway.sessions().only("alice").privateAddress()).isEqualTo(client.address());
    }

    @Test
    void renewsItsKeysUnderTraffic() {
        own.run();
        OpenVpnClient client = OpenVpnClient.connect(
                lab, lab.client(1), own.export("alice").overUdp(), "--reneg-sec", "6", "--verb", "4");
        Iperf.serve(lab, lab.host());
        for (int run = 0; handshakesOf(client) < 3; run++) {
            assertThat(run).as("runs of 6 s").isLessThan(8);
            Iperf.megabits(client.namespace(), Lab.HOST, Iperf.Direction.DOWN, 6);
        }
        assertThat(client.log())
                .contains("dynamic tls-crypt")
                .containsOnlyOnce(OpenVpnClient.UP)
                .doesNotContain("TLS Error");
        Ping.answers(client.namespace(), Lab.HOST);
    }

    @Test
    void takesAClientKeyThatOpenVpnMade() {
        own.run();
        Path key = lab.newDirectory("keys").resolve("client.key");
        Path server = own.directory().resolve("pki/tls-crypt-v2.key");
        Command.run(
                        "openvpn",
                        "--tls-crypt-v2",
                        server.toString(),
                        "--genkey",
                        "tls-crypt-v2-client",
                        key.toString(),
                        "YWxpY2U=")
                .orFail();
        ClientProfile profile = own.export("alice").overUdp().withBlock("tls-crypt-v2", text(key));
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(1), profile);
        Ping.answers(client.namespace(), Lab.HOST);
    }

    @Test
    void aKeyOfAnotherGatewayIsRefusedWithoutAnAnswer() {
        own.run();
        Path directory = lab.newDirectory("keys");
        Path server = directory.resolve("server.key");
        Path client = directory.resolve("client.key");
        Command.run("openvpn", "--genkey", "tls-crypt-v2-server", server.toString())
                .orFail();
        Command.run(
                        "openvpn",
                        "--tls-crypt-v2",
                        server.toString(),
                        "--genkey",
                        "tls-crypt-v2-client",
                        client.toString())
                .orFail();
        ClientProfile profile = own.export("alice").withBlock("tls-crypt-v2", text(client));
        OpenVpnClient refused = OpenVpnClient.start(lab, lab.client(1), profile.overUdp(), "--hand-window", "5");
        refused.awaitRefusal(AT_ONCE);
        assertThat(refused.log()).doesNotContain("Initial packet");
        assertThat(own.sessions().entries()).isEmpty();
    }

    @Test
    void clientsWithTheOldKeyAndWithTheirOwnComeSideBySide() throws IOException {
        ClientProfile before = own.export("alice");
        Path key = own.directory().resolve("pki/old.key");
        Command.run("openvpn", "--genkey", "secret", key.toString()).orFail();
        own.configuration().set(KEYS + "tls-crypt", "pki/old.key").save();
        try {
            own.issue("bob");
            own.run();
            ClientProfile old = own.export("bob").withoutBlock("tls-crypt-v2").withBlock("tls-crypt", text(key));
            OpenVpnClient alice = OpenVpnClient.connect(lab, lab.client(1), before.overUdp());
            OpenVpnClient bob = OpenVpnClient.connect(lab, lab.client(2), old.overTcp());
            Ping.answers(alice.namespace(), Lab.HOST);
            Ping.answers(bob.namespace(), Lab.HOST);
        } finally {
            own.configuration().set(KEYS + "tls-crypt", "none").save();
        }
    }

    private static Gateway gateway(Combination combination) {
        if (combination.wrapping().equals("tls-crypt-v2")) {
            return own;
        }
        String wrapping = combination.wrapping();
        GatewayYaml yaml = shared.configuration()
                .set(KEYS + "tls-crypt", wrapping.equals("tls-crypt") ? "pki/tls-crypt.key" : "none")
                .set(KEYS + "tls-auth", wrapping.equals("tls-auth") ? "pki/tls-crypt.key" : "none")
                .remove(KEYS + "tls-auth-digest")
                .remove(KEYS + "tls-auth-direction");
        if (wrapping.equals("tls-auth")) {
            yaml.set(KEYS + "tls-auth-digest", combination.digest())
                    .set(KEYS + "tls-auth-direction", combination.direction());
        }
        yaml.save();
        return shared;
    }

    private static long handshakesOf(OpenVpnClient client) {
        return Pattern.compile("Control Channel: TLSv")
                .matcher(client.log())
                .results()
                .count();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
