package io.sallyport.daemon.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.daemon.config.ConfigReader;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.InitialConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReloadTest {
    @TempDir
    Path directory;

    private final String text = new InitialConfig("vpn.example.test", "172.16.201.0/24", false, "./state").text();

    @Test
    void whatIsTheSameIsNoChange() throws Exception {
        GatewayConfig running = config(text);
        Reload reload = new Reload(running, config(text));
        assertThat(reload.needRestart()).isEmpty();
        assertThat(reload.inForce()).isEqualTo(running);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    name: vpn.example.test       | name: other.example.test   | gateway.name
                    state: ./state               | state: ./elsewhere         | gateway.state
                    0.0.0.0:1194                 | 0.0.0.0:1195               | listen
                    tls-crypt: pki/tls-crypt.key | none: true                 | the key around OpenVPN's control channel
                    172.16.201.0/24              | 172.16.202.0/24            | addresses.pools
                    mtu: 1400                    | mtu: 1300                  | the network device
                    masquerade: false            | masquerade: true           | network.masquerade
                    127.0.0.1:9464               | 127.0.0.1:9465             | metrics
                    drain: 30s                   | workers: 3                 | workers
                    """)
    void whatCannotChangeUnderWayIsNamedAndStays(String from, String to, String key) throws Exception {
        GatewayConfig running = config(text);
        String edited = text.replace(from, to);
        assertThat(edited).isNotEqualTo(text);
        Reload reload = new Reload(running, config(edited));
        assertThat(reload.needRestart())
                .containsExactly(key + " was changed, which needs a restart; until then it stays as it was");
        assertThat(new Reload(running, reload.inForce()).needRestart()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    routes: []       | routes: [10.9.0.0/16]
                    # dns: [10       | dns: [10
                    isolation: true  | isolation: false
                    require: any     | require: both
                    revoked: []      | revoked: [aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd]
                    drain: 30s       | drain: 31s
                    timeout: 0s      | timeout: 8h
                    level: info      | level: debug
                    """)
    void whatCanChangeIsTaken(String from, String to) throws Exception {
        GatewayConfig running = config(text);
        String edited = text.replaceFirst(Pattern.quote(from), to);
        assertThat(edited).isNotEqualTo(text);
        GatewayConfig changed = config(edited);
        Reload reload = new Reload(running, changed);
        assertThat(reload.needRestart()).isEmpty();
        assertThat(reload.inForce()).isEqualTo(changed).isNotEqualTo(running);
    }

    /** The new file routes to what was the pool before, and still is. */
    @Test
    void whatChangesMustFitThePoolThatStays() throws Exception {
        String edited = text.replace("172.16.201.0/24", "172.16.202.0/24");
        assertThat(new Reload(config(text), config(edited)).disagreements()).isEmpty();
        String routed = edited.replace("routes: []", "routes: [172.16.201.0/24]");
        assertThat(new Reload(config(text), config(routed)).disagreements())
                .singleElement()
                .asString()
                .startsWith(
                        "with what stays as it was until a restart: route 172.16.201.0/24 overlaps pool 172.16.201.0/24;")
                .endsWith("; restart to take the whole file");
    }

    @Test
    void whatChangesMustFitTheProtocolThatStaysOn() throws Exception {
        String edited = text.replace("enabled: true", "enabled: false")
                .replace("require: any", "require: both")
                .replace("methods: [certificate, local]", "methods: [certificate]");
        assertThat(new Reload(config(text), config(edited)).disagreements())
                .singleElement()
                .asString()
                .contains("require wants passwords; add local to auth.methods");
    }

    private GatewayConfig config(String yaml) throws Exception {
        Path file = Files.writeString(directory.resolve("gateway.yaml"), yaml);
        ConfigReader.Reading reading = ConfigReader.read(file);
        return Objects.requireNonNull(reading.config(), () -> reading.findings().toString());
    }
}
