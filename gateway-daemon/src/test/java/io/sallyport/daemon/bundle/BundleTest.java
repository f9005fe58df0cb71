package io.sallyport.daemon.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.daemon.cli.Sallyport;
import io.sallyport.daemon.config.ShownConfig;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BundleTest {
    private static final String CANARY = "CANARY-7d1f";

    @TempDir
    Path directory;

    private static String unpacked(Path archive) throws Exception {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(archive))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** Every file that may hold a secret holds the canary, and so do all the places of the configuration where somebody may have put one. */
    private Path configuration() throws Exception {
        for (String file : new String[] {"server.key", "ca.key", "tls.key", "users.yaml", "radius.secret"}) {
            Files.writeString(directory.resolve(file), CANARY + "\n");
        }
        Path state = Files.createDirectory(directory.resolve("state"));
        Files.writeString(state.resolve("alice-" + CANARY + ".p12"), CANARY);
        Files.writeString(state.resolve("leases.journal"), CANARY);
        return Files.writeString(directory.resolve("gateway.yaml"), """
                # a comment: @
                gateway:
                  name: vpn.example.test
                  state: ./state
                  certificate: { chain: server.crt, key: server.key }
                  password: @
                listen:
                  openvpn: ["127.0.0.1:1194"]
                protocols:
                  openvpn: { tls-crypt: tls.key, secret: "@" }
                addresses: { pools: [172.16.201.0/24] }
                auth:
                  methods: [radius]
                  local: { users: users.yaml, users-inline: [{ name: bob, password: "@" }] }
                  radius:
                    servers: [{ address: "10.0.0.10:1812", secret-file: radius.secret, secret: "@" }]
                "@": nothing
                drain: |
                  @
                  @
                """.replace("@", CANARY));
    }

    @Test
    void holdsNoSecretOfAWrongConfigurationEither() throws Exception {
        Path out = directory.resolve("bundle.tar.gz");
        new Bundle(configuration(), "1", 100).writeTo(out);
        String text = unpacked(out);
        assertThat(text)
                .doesNotContain(CANARY)
                .contains(
                        "vpn.example.test",
                        "radius.secret",
                        "172.16.201.0/24",
                        "(left out)",
                        "(a key that is none of ours)")
                .contains("version.txt", "findings.txt");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo("rw-------");
    }

    /** A whole configuration without mistakes, with a log file. */
    private Path configurationWithLog() throws Exception {
        Path etc = directory.resolve("etc");
        PrintWriter out = new PrintWriter(new StringWriter());
        assertThat(Sallyport.execute(out, out, "init", etc.toString(), "--name", "vpn.example.test"))
                .isZero();
        Path file = etc.resolve("gateway.yaml");
        String text = Files.readString(file);
        return Files.writeString(
                file, text.replaceFirst("(?m)^log: .*$", "log: { format: text, level: info, file: gateway.log }"));
    }

    @Test
    void holdsTheLastLinesOfTheLogAndFollowsNoLinkThere() throws Exception {
        Path file = configurationWithLog();
        Path log = file.resolveSibling("gateway.log");
        Path out = directory.resolve("bundle.tar.gz");
        Files.writeString(log, "line one\nline two\nline three\n");
        new Bundle(file, "1", 2).writeTo(out);
        assertThat(unpacked(out)).contains("line two\nline three\n").doesNotContain("line one");

        Path secret = Files.writeString(directory.resolve("secret"), CANARY + "\n");
        Files.delete(log);
        Files.createSymbolicLink(log, secret);
        new Bundle(file, "1", 2).writeTo(out);
        assertThat(unpacked(out)).contains("log.txt", "no file\n").doesNotContain(CANARY);

        Files.delete(log);
        assertThat(new ProcessBuilder("mkfifo", log.toString()).start().waitFor())
                .isZero();
        new Bundle(file, "1", 2).writeTo(out);
        assertThat(unpacked(out)).contains("no file\n");
    }

    @Test
    void showsTheValuesOfItsListAlone() throws Exception {
        String shown = ShownConfig.of(configuration());
        assertThat(shown).contains("key: \"server.key\"", "secret-file: \"radius.secret\"", "- \"172.16.201.0/24\"");
        assertThat(shown).doesNotContain(CANARY, "#");
    }

    @Test
    void showsNoPathOfASecretsFileThatIsNotThere() throws Exception {
        Path file = configuration();
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("radius.secret", "s3cr3t-itself")
                        .replace("tls.key", "0123456789abcdef"));
        assertThat(ShownConfig.of(file))
                .contains("key: \"server.key\"", "secret-file: (left out", "tls-crypt: (left out")
                .doesNotContain("s3cr3t-itself", "0123456789abcdef");
    }

    @Test
    void isOfMode0600AlsoWhereAnOpenFileWas() throws Exception {
        Path out = Files.writeString(directory.resolve("bundle.tar.gz"), "before");
        Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rw-r--r--"));
        new Bundle(configuration(), "1", 1).writeTo(out);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo("rw-------");
    }

    @Test
    void isAnArchiveThatTarReads() throws Exception {
        Path out = directory.resolve("bundle.tar.gz");
        new Bundle(configuration(), "1", 100).writeTo(out);
        Process tar = new ProcessBuilder("tar", "tzf", out.toString())
                .redirectErrorStream(true)
                .start();
        String listed = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tar.waitFor()).isZero();
        assertThat(listed.lines())
                .contains(
                        "sallyport-bundle/version.txt",
                        "sallyport-bundle/configuration.yaml",
                        "sallyport-bundle/system.txt");
    }
}
