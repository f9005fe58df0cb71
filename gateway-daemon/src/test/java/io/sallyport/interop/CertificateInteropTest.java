package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys of the gateway's certificate, of the client's, TLS version and transport, each with each in the full run. */
@Interop
class CertificateInteropTest {
    private static Lab lab;
    private static Gateway gateway;
    private static ClientProfile profile;
    private static Map<String, TestAuthority> authorities;

    /** RSA or EC, twice. */
    record Combination(String server, String client, String tls, String transport) {}

    static Stream<Combination> combinations() {
        return InteropMode.pick(representative(), all()).stream();
    }

    /** RSA with RSA is what {@code init} makes, and every other test's. */
    private static List<Combination> representative() {
        return List.of(
                new Combination("EC", "EC", "1.2", "udp"),
                new Combination("EC", "RSA", "1.3", "tcp"),
                new Combination("RSA", "EC", "1.3", "udp"));
    }

    private static List<Combination> all() {
        List<Combination> all = new ArrayList<>();
        for (String server : List.of("EC", "RSA")) {
            for (String client : List.of("EC", "RSA")) {
                for (String tls : List.of("1.2", "1.3")) {
                    for (String transport : List.of("udp", "tcp")) {
                        all.add(new Combination(server, client, tls, transport));
                    }
                }
            }
        }
        return all;
    }

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        gateway = Gateway.init(lab);
        profile = gateway.export(null);
        authorities = Map.of("EC", new TestAuthority("ecdsa root", "EC"), "RSA", new TestAuthority("rsa root", "RSA"));
        List<String> roots = new ArrayList<>();
        authorities.forEach((algorithm, authority) -> roots.add(
                lab.write(algorithm + "-root.crt", authority.certificate()).toString()));
        gateway.configuration().set("/auth/certificate/roots", roots).save();
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void connectsWith(Combination combination) {
        TestAuthority serverAuthority = authority(combination.server());
        Credentials server = serverAuthority.server(Lab.GATEWAY_NAME);
        Path chain = lab.write("server.crt", server.certificate());
        Path key = lab.write("server.key", server.key());
        Command.run("chmod", "600", key.toString()).orFail();
        gateway.configuration()
                .set("/gateway/certificate/chain", chain.toString())
                .set("/gateway/certificate/key", key.toString())
                .save();
        gateway.run();

        ClientProfile to = combination.transport().equals("tcp") ? profile.overTcp() : profile.overUdp();
        OpenVpnClient client = OpenVpnClient.connect(
                lab,
                lab.client(1),
                to.without("tls-version-min")
                        .without("auth-user-pass")
                        .with("tls-version-min " + combination.tls(), "tls-version-max " + combination.tls())
                        .withBlock("ca", serverAuthority.certificate())
                        .withCertificate(authority(combination.client()).client("alice")));

        assertThat(client.log())
                .containsPattern(
                        "Control Channel: TLSv" + combination.tls() + ".*peer certificate: .*" + combination.server());
        Ping.answers(client.namespace(), Lab.HOST);
        Ping.answers(client.namespace(), Lab.HOST_6);
        assertThat(gateway.sessions().only("alice").privateAddress()).isEqualTo(client.address());
    }

    private static TestAuthority authority(String algorithm) {
        return Objects.requireNonNull(authorities.get(algorithm));
    }
}
