package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What leaves the host for somebody who helps: the archive and the log of a gateway that runs, with everything secret that it has in use. */
@Interop
class BundleInteropTest {
    private static final String PASSWORD = "correct horse battery staple";
    private static final String CANARY = "CANARY-7d1f";

    /** Of a line of a key file or a hash; shorter text is no key. */
    private static final int KEY_CHARACTERS = 32;

    private Lab lab;

    @BeforeEach
    void open(Lab opened) {
        lab = opened;
    }

    /** Every line of private keys and hashes below the gateway's directory. */
    private static List<String> keyLines(Path directory) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(BundleInteropTest::holdsKeys).toList()) {
                new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                        .lines()
                        .map(line -> line.replaceFirst("^\\s*\\S+:\\s*", "").strip())
                        .filter(line -> line.matches("[A-Za-z0-9+/=]{" + KEY_CHARACTERS + ",}"))
                        .forEach(lines::add);
            }
        }
        return lines;
    }

    private static boolean holdsKeys(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file) && (name.endsWith(".key") || name.equals("users.yaml"));
    }

    @Test
    void theArchiveAndTheLogOfARunningGatewayHoldNoSecret() throws IOException {
        Gateway gateway = Gateway.init(lab, "--tls-crypt-v2");
        Path log = lab.newDirectory("log").resolve("gateway.log");
        gateway.configuration()
                .set("/protocols/openvpn/require", "password")
                .set("/log/level", "debug")
                .set("/log/file", log.toString())
                .save();
        gateway.addUser("alice", PASSWORD);
        ClientProfile profile =
                gateway.export(null).withoutCertificate().overUdp().withPassword(lab, "alice", PASSWORD);
        // what an operator may have put into the environment and onto the command line
        gateway.run(List.of("env", "RADIUS_SECRET=" + CANARY, "JDK_JAVA_OPTIONS=-Dsome.password=" + CANARY));
        OpenVpnClient client = OpenVpnClient.connect(lab, lab.client(1), profile);
        Ping.answers(client.namespace(), Lab.HOST);
        int before = client.mark();
        client.signal("USR1");
        client.awaitSince(before, OpenVpnClient.UP, java.time.Duration.ofSeconds(60));

        Path archive = lab.newDirectory("bundle").resolve("bundle.tar.gz");
        gateway.ask("bundle", "--out", archive.toString()).orFail();
        String shown = Command.run("tar", "xzOf", archive.toString()).orFail().out();
        assertThat(shown).contains("\"state\" : \"ready\"", "\"vpnUserName\" : \"alice\"", "sallyport_p2s_connections");
        assertThat(shown).contains("session up", "java.lang.Thread", Lab.GATEWAY_NAME);

        List<String> secrets = new ArrayList<>(keyLines(gateway.directory()));
        assertThat(secrets).as("lines of keys").hasSizeGreaterThan(10);
        profile.block("tls-crypt-v2", "")
                .lines()
                .filter(line -> !line.startsWith("-"))
                .forEach(secrets::add);
        secrets.addAll(List.of(CANARY, PASSWORD, "PRIVATE KEY", "SESS_ID"));
        String said = shown + Command.text(log);
        assertThat(secrets).allSatisfy(secret -> assertThat(said).doesNotContain(secret));
    }
}
