package io.sallyport.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.daemon.cli.CommandLines.Outcome;
import io.sallyport.daemon.pki.CertificateAuthority;
import io.sallyport.daemon.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands say when the configuration has mistakes. */
class MistakenConfigTest {
    @TempDir
    Path directory;

    private Path yaml;

    @BeforeEach
    void init() {
        yaml = Path.of(CommandLines.init(directory.resolve("etc")));
    }

    @Test
    void logFileThatCannotBeMadeIsFoundByCheck() throws IOException {
        replace("level: info", "level: info, file: logs/gateway.log");
        Outcome outcome = CommandLines.run("check", "-c", yaml.toString());
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("logs/gateway.log cannot be written; make its directory");
        Files.createDirectory(yaml.resolveSibling("logs"));
        assertThat(CommandLines.run("check", "-c", yaml.toString()).status()).isZero();
        Files.createDirectory(yaml.resolveSibling("logs/gateway.log"));
        assertThat(CommandLines.run("check", "-c", yaml.toString()).status()).isEqualTo(2);
    }

    /** No restart and no reload waits for the clock or for a new certificate: clients that can still connect do. */
    @Test
    void expiredServerCertificateIsAWarning() throws Exception {
        Path pki = yaml.resolveSibling("pki");
        CertificateAuthority.Issued expired = CertificateAuthority.load(
                        pki.resolve("ca.crt"), pki.resolve("ca.key"), new SecureRandom())
                .issueServer("vpn.example.test", Duration.ofMinutes(-30));
        Files.writeString(pki.resolve("server.crt"), Pem.text(expired.certificate()));
        Files.writeString(pki.resolve("server.key"), Pem.text(expired.key()));
        Outcome outcome = CommandLines.run("check", "-c", yaml.toString());
        assertThat(outcome.err()).contains("warning: ", "server.crt: the certificate expired on ");
        assertThat(outcome.status()).isZero();
    }

    @Test
    void listOfTheRevokedWithALineThatIsNoneIsFoundByCheck() throws IOException {
        Path list = Files.createDirectories(yaml.resolveSibling("state")).resolve("revoked.txt");
        Files.writeString(list, "AB:CD alice left\n");
        Outcome outcome = CommandLines.run("check", "-c", yaml.toString());
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("revoked.txt:1: this is not a thumbprint; write its 40");
        for (String command : List.of("list", "revoke aabbccddeeff00112233445566778899aabbccdd")) {
            Outcome refused = CommandLines.run(("cert " + command + " -c " + yaml).split(" ", -1));
            assertThat(refused.status()).as(command).isEqualTo(1);
            assertThat(refused.err()).contains("revoked.txt:1: this is not a thumbprint");
        }
        assertThat(list).hasContent("AB:CD alice left\n");
    }

    @Test
    void leasesOfAnotherVersionAreFoundByCheck() throws IOException {
        Path leases = Files.createDirectories(yaml.resolveSibling("state")).resolve("leases.journal");
        Files.writeString(leases, "sallyport-leases-9\n");
        Outcome outcome = CommandLines.run("check", "-c", yaml.toString());
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("leases.journal is not a lease journal of this version: move it away");
        Files.writeString(leases, "sallyport-leases-1\n");
        assertThat(CommandLines.run("check", "-c", yaml.toString()).status()).isZero();
    }

    /** Not every trouble is one of permissions. */
    @Test
    void whyTheStateDirectoryCannotBeUsedIsSaid() throws IOException {
        Files.createDirectories(yaml.resolveSibling("state").resolve("revoked.txt.lock"));
        Outcome outcome =
                CommandLines.run("cert", "revoke", "aabbccddeeff00112233445566778899aabbccdd", "-c", yaml.toString());
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("state cannot be used (Is a directory); make room there");
    }

    /** An operator in the middle of an edit still asks how the gateway is. */
    @Test
    void gatewayIsAskedAlsoWhenTheFileHasAMistakeElsewhere() throws IOException {
        replace("drain: 30s", "drain: 30");
        for (String[] command : new String[][] {{"status"}, {"sessions", "list"}, {"reload"}}) {
            String[] line = java.util.Arrays.copyOf(command, command.length + 2);
            line[command.length] = "-c";
            line[command.length + 1] = yaml.toString();
            Outcome outcome = CommandLines.run(line);
            assertThat(outcome.status()).as(command[0]).isEqualTo(1);
            assertThat(outcome.err()).contains("No gateway answers at ").contains("admin.sock");
        }
    }

    private void replace(String from, String to) throws IOException {
        String text = Files.readString(yaml);
        assertThat(text).contains(from);
        Files.writeString(yaml, text.replace(from, to));
    }
}
