package io.sallyport.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.crypto.CipherUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CipherChecksTest {
    private static final CipherChecks.Library ABSENT = () -> {
        throw new CipherUnavailableException("for this test: install it");
    };

    @TempDir
    Path directory;

    /** The start would fail on it. */
    @Test
    void libraryThatIsAskedForAndAbsentIsAMistake() throws IOException {
        assertThat(findings("openssl")).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.MISTAKE);
            assertThat(finding.text()).isEqualTo("for this test: install it");
            assertThat(finding.position()).isEqualTo(new Position(7, 1));
        });
        assertThat(findings("auto")).isEmpty();
        assertThat(findings("javax.crypto")).isEmpty();
    }

    private List<Finding> findings(String provider) throws IOException {
        String yaml = new InitialConfig("vpn.example.test", "172.16.201.0/24", false, "./state").text();
        Path file = directory.resolve("gateway.yaml");
        Files.writeString(file, yaml + "\ncrypto: { provider: " + provider + " }\n");
        GatewayConfig config = Objects.requireNonNull(ConfigReader.read(file).config());
        Findings findings = new Findings(file);
        new CipherChecks(config, findings, Map.of("crypto.provider", new Position(7, 1)), ABSENT).check();
        return findings.all();
    }
}
