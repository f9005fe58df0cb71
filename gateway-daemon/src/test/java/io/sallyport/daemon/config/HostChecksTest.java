package io.sallyport.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostChecksTest {
    private static final String POOL = "172.16.201.0/24";

    @TempDir
    Path directory;

    private String text = "";

    @BeforeEach
    void write() {
        text = new InitialConfig("vpn.example.test", POOL, false, "./state")
                .text()
                .replace("\"" + POOL + "\"", "\"" + POOL + "\", \"fd00:201::/64\"");
    }

    private Findings findings = new Findings(Path.of("gateway.yaml"));

    private HostChecks checks(boolean running) throws Exception {
        Path file = Files.writeString(directory.resolve("gateway.yaml"), text);
        GatewayConfig config = Objects.requireNonNull(ConfigReader.read(file).config());
        findings = new Findings(file);
        return new HostChecks(config, findings, Map.of(), () -> running);
    }

    /**
     * A TUN device has the gateway's address in full length: it may be the gateway's own, under the name that the file
     * had before.
     */
    @ParameterizedTest
    @CsvSource({
        "172.16.201.1, 32, true, WARNING",
        "fd00:201::1, 128, true, WARNING",
        "172.16.201.1, 24, true, MISTAKE",
        "172.16.201.1, 32, false, MISTAKE",
        "172.16.201.2, 32, true, MISTAKE",
        "172.16.0.1, 16, false, MISTAKE",
        "fd00:201::2, 128, true, MISTAKE"
    })
    void addressesInAPoolAreMistakesButTheGatewaysOwn(
            String address, int length, boolean pointToPoint, Finding.Severity severity) throws Exception {
        checks(true).check("other0", pointToPoint, InetAddress.ofLiteral(address), length);
        assertThat(findings.all()).extracting(Finding::severity).containsExactly(severity);
        assertThat(findings.all().getFirst().text()).contains("other0", "choose a range that this host does not use");
    }

    /** Then the device is another program's, whose clients the start would cut off. */
    @Test
    void theGatewaysAddressIsAMistakeWhileNoGatewayRuns() throws Exception {
        checks(false).check("other0", true, InetAddress.ofLiteral("172.16.201.1"), 32);
        assertThat(findings.all()).extracting(Finding::severity).containsExactly(Finding.Severity.MISTAKE);
    }

    @Test
    void addressesBesideThePoolsAreNoMatter() throws Exception {
        checks(true).check("other0", false, InetAddress.ofLiteral("172.16.202.1"), 24);
        assertThat(findings.all()).isEmpty();
    }

    private List<String> forwarding(String ipv4, String ipv6) throws Exception {
        Files.writeString(Files.createDirectories(directory.resolve("net/ipv4")).resolve("ip_forward"), ipv4);
        Files.writeString(
                Files.createDirectories(directory.resolve("net/ipv6/conf/all")).resolve("forwarding"), ipv6);
        checks(true).checkForwarding(directory);
        return findings.all().stream().map(Finding::text).toList();
    }

    @Test
    void masqueradingOnAHostThatDoesNotForwardIsAWarning() throws Exception {
        text = text.replace("masquerade: false", "masquerade: true").replace("ip-forward: auto", "ip-forward: false");
        assertThat(forwarding("0\n", "1\n")).singleElement().asString().contains("net.ipv4.ip_forward is 0");
        assertThat(forwarding("1\n", "0\n")).singleElement().asString().contains("net.ipv6.conf.all.forwarding is 0");
        assertThat(forwarding("1\n", "1\n")).isEmpty();
    }

    @Test
    void forwardingThatTheGatewayTurnsOnItselfIsNoMatter() throws Exception {
        text = text.replace("masquerade: false", "masquerade: true");
        assertThat(forwarding("0\n", "0\n")).isEmpty();
    }
}
