package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The built-in client at Debian's openvpn as a server, with all that may stand around the control channel. */
@Interop
class OwnClientInteropTest {
    private static final Duration SOON = Duration.ofSeconds(40);

    private static Lab lab;
    private static TestAuthority authority;

    /** What stands around the control channel, and whether over TCP. */
    static Stream<Arguments> combinations() {
        return InteropMode.pick(
                Stream.of(Arguments.of("tls-crypt-v2", false)),
                Stream.of("tls-crypt-v2", "tls-crypt", "tls-auth", "none")
                        .flatMap(wrapping -> Stream.of(Arguments.of(wrapping, false), Arguments.of(wrapping, true))));
    }

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        authority = new TestAuthority("lab");
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void connectsAndRenewsItsKeys(String wrapping, boolean tcp) {
        Path keys = lab.newDirectory("keys");
        Path server = keys.resolve("server.key");
        Path client = keys.resolve("client.key");
        List<String> options = new ArrayList<>();
        switch (wrapping) {
            case "tls-crypt-v2" -> {
                genkey("tls-crypt-v2-server", server);
                genkey("tls-crypt-v2-client", client, "--tls-crypt-v2", server.toString());
                options.addAll(List.of("--tls-crypt-v2", server.toString()));
            }
            case "tls-auth" -> {
                genkey("secret", client);
                options.addAll(List.of("--tls-auth", client.toString(), "0", "--auth", "SHA512"));
            }
            case "tls-crypt" -> {
                genkey("secret", client);
                options.addAll(List.of("--tls-crypt", client.toString()));
            }
            default -> {}
        }
        OpenVpnServer running = OpenVpnServer.start(lab, authority, tcp, options.toArray(String[]::new));
        Credentials own = authority.client("own");
        Running program = new Running(
                lab,
                "own-client",
                lab.client(1)
                        .command(JavaProgram.command(
                                List.of(),
                                OwnClient.class.getName(),
                                Lab.GATEWAY,
                                tcp ? "443" : "1194",
                                Boolean.toString(!tcp),
                                lab.write("own-ca.crt", authority.certificate()).toString(),
                                lab.write("own.crt", own.certificate()).toString(),
                                lab.write("own.key", own.key()).toString(),
                                wrapping,
                                client.toString())));

        program.awaitLog("connected AES-256-GCM", SOON);
        running.awaitLog("(?s)Control Channel: TLSv.*Control Channel: TLSv", SOON);
        program.awaitLog("pong after renegotiation", SOON);
        assertThat(running.log())
                .contains("dynamic tls-crypt: Cipher 'AES-256-CTR' initialized")
                .doesNotContain("TLS handshake failed");
    }

    private static void genkey(String type, Path file, String... options) {
        List<String> command = new ArrayList<>(List.of("openvpn"));
        command.addAll(List.of(options));
        command.addAll(List.of("--genkey", type, file.toString()));
        Command.run(command.toArray(String[]::new)).orFail();
    }
}
