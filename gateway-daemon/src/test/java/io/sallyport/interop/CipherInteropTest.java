package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Data cipher, TLS version, control wrapping and transport, each with each in the full run. */
@Interop
class CipherInteropTest {
    private static final List<String> CIPHERS = List.of("AES-256-GCM", "AES-128-GCM", "CHACHA20-POLY1305");

    private static Lab lab;
    private static Map<String, Gateway> gateways;

    /** What one client and gateway agree on. */
    record Combination(String wrapping, String transport, String cipher, String tls) {}

    static Stream<Combination> combinations() {
        return InteropMode.pick(representative(), all()).stream();
    }

    private static List<Combination> representative() {
        return List.of(
                new Combination("tls-crypt", "udp", "AES-256-GCM", "1.3"),
                new Combination("tls-crypt", "udp", "AES-128-GCM", "1.2"),
                new Combination("tls-crypt", "tcp", "CHACHA20-POLY1305", "1.3"),
                new Combination("none", "udp", "CHACHA20-POLY1305", "1.2"),
                new Combination("none", "tcp", "AES-256-GCM", "1.2"),
                new Combination("none", "udp", "AES-128-GCM", "1.3"));
    }

    private static List<Combination> all() {
        List<Combination> all = new ArrayList<>();
        for (String wrapping : List.of("tls-crypt", "none")) {
            for (String transport : List.of("udp", "tcp")) {
                for (String cipher : CIPHERS) {
                    for (String tls : List.of("1.2", "1.3")) {
                        all.add(new Combination(wrapping, transport, cipher, tls));
                    }
                }
            }
        }
        return all;
    }

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        Gateway none = Gateway.init(lab);
        none.configuration().set("/protocols/openvpn/tls-crypt", "none").save();
        gateways = Map.of("none", none, "tls-crypt", Gateway.init(lab));
        gateways.values().forEach(gateway -> gateway.issue("alice"));
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void agreesOn(Combination combination) {
        Gateway gateway = Objects.requireNonNull(gateways.get(combination.wrapping()));
        ClientProfile exported = gateway.export("alice");
        assertThat(exported.block("tls-crypt", "").isEmpty())
                .isEqualTo(combination.wrapping().equals("none"));
        gateway.run();

        ClientProfile profile = (combination.transport().equals("tcp") ? exported.overTcp() : exported.overUdp())
                .without("data-ciphers")
                .without("tls-version-min")
                .with("data-ciphers " + combination.cipher(), "tls-version-min " + combination.tls());
        if (combination.tls().equals("1.2")) {
            profile = profile.with("tls-version-max 1.2");
        }
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(1), profile);

        assertThat(client.log()).contains("Control Channel: TLSv" + combination.tls());
        // The client logs this after it has said that it is up.
        client.awaitLog("Data Channel: cipher '" + combination.cipher() + "'", Duration.ofSeconds(10));
        Ping.answers(client.namespace(), Lab.HOST);
        Ping.answersUnfragmented(client.namespace(), Lab.HOST, 1300);
    }
}
