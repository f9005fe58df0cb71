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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What stands around the control channel, with profiles as they were exported, and its renegotiations under dynamic
 * tls-crypt.
 */
@Interop
class ControlWrapInteropTest {
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
    static void open(Lab opened) {
        lab = opened;
        shared = Gateway.init(lab);
        own = Gateway.init(lab, "--tls-crypt-v2");
        shared.issue("alice");
        own.issue("alice");
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
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(1), profile, "--reneg-sec", "5", "--verb", "4");
        // Every negotiation after the first is under the key that was exported from the first.
        assertThat(client.log())
                .contains(
                        "protocol-flags cc-exit tls-ekm dyn-tls-crypt",
                        "Outgoing dynamic tls-crypt: Cipher 'AES-256-CTR' initialized");
        Iperf.serve(lab, lab.host());
        for (int run = 0; handshakesOf(client) < InteropMode.pick(2, 3); run++) {
            assertThat(run).as("runs of 5 s").isLessThan(8);
            Iperf.megabits(client.namespace(), Lab.HOST, Iperf.Direction.DOWN, 5);
        }
        Ping.answers(client.namespace(), Lab.HOST);

        assertThat(client.log())
                .containsOnlyOnce(OpenVpnClient.UP)
                .doesNotContain("TLS Error", "unwrap error", "packet HMAC authentication failed");
        assertThat(gateway.sessions().only("alice").privateAddress()).isEqualTo(client.address());
    }

    @Test
    void keysMadeByOpenVpnComeBesideAnOldKeyForAllAndAnothersAreRefused() {
        ClientProfile before = own.export("alice");
        Path pki = own.directory().resolve("pki");
        Path old = pki.resolve("old.key");
        Command.run("openvpn", "--genkey", "secret", old.toString()).orFail();
        own.configuration().set(KEYS + "tls-crypt", "pki/old.key").save();
        try {
            own.issue("bob");
            ClientProfile bobs = own.export("bob").withoutBlock("tls-crypt-v2").withBlock("tls-crypt", text(old));
            own.run();
            ClientProfile made = before.withBlock("tls-crypt-v2", clientKey(pki.resolve("tls-crypt-v2.key")));
            OpenVpnClient alice = OpenVpnClient.connect(lab, lab.client(1), made.overUdp());
            OpenVpnClient bob = OpenVpnClient.connect(lab, lab.client(2), bobs.overTcp());
            Ping.answers(alice.namespace(), Lab.HOST);
            Ping.answers(bob.namespace(), Lab.HOST);

            Path another = lab.newDirectory("keys").resolve("server.key");
            Command.run("openvpn", "--genkey", "tls-crypt-v2-server", another.toString())
                    .orFail();
            ClientProfile strangers = before.withBlock("tls-crypt-v2", clientKey(another));
            OpenVpnClient refused = OpenVpnClient.start(lab, lab.client(3), strangers.overUdp(), "--hand-window", "3");
            refused.awaitRefusal(AT_ONCE);
            assertThat(refused.log()).doesNotContain("Initial packet");
            assertThat(own.sessions().entries()).hasSize(2);
        } finally {
            own.configuration().set(KEYS + "tls-crypt", "none").save();
        }
    }

    /** A new one, wrapped for whoever has this server key; its metadata is a name. */
    private static String clientKey(Path serverKey) {
        Path file = lab.newDirectory("keys").resolve("client.key");
        Command.run(
                        "openvpn",
                        "--tls-crypt-v2",
                        serverKey.toString(),
                        "--genkey",
                        "tls-crypt-v2-client",
                        file.toString(),
                        "YWxpY2U=")
                .orFail();
        return text(file);
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
