package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands in the way of a start is said in one sentence, and the process ends with status 1 or 2. */
@Interop
class MisconfigurationInteropTest {
    private static final Duration GIVES_UP = Duration.ofSeconds(30);

    private static Lab lab;
    private static Gateway gateway;

    @BeforeAll
    static void open(Lab opened) {
        lab = opened;
        gateway = Gateway.init(lab);
    }

    @Test
    void withoutCapNetAdmin() {
        HostState before = HostState.of(lab.gateway());
        saysInOneSentence("(?i)CAP_NET_ADMIN", "setpriv", "--bounding-set", "-net_admin");
        assertThat(HostState.of(lab.gateway())).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"udp, 1194", "tcp, 443"})
    void portTakenByAnotherProgramOfTheSameUser(String protocol, int port) {
        PortHolder.hold(lab, lab.gateway(), protocol, port);
        HostState before = HostState.of(lab.gateway());
        saysInOneSentence("\\b" + port + "\\b");
        assertThat(HostState.of(lab.gateway())).isEqualTo(before);
    }

    @Test
    void tunNameTaken() {
        TestAuthority authority = new TestAuthority("other");
        OpenVpnServer.start(
                lab,
                authority,
                false,
                "--dev",
                "sally0",
                "--dev-type",
                "tun",
                "--port",
                "5000",
                "--server",
                "172.16.250.0",
                "255.255.255.0");
        HostState before = HostState.of(lab.gateway());
        saysInOneSentence("sally0");
        assertThat(HostState.of(lab.gateway())).isEqualTo(before);
    }

    @Test
    void stateDirectoryNotWritable() throws IOException {
        // Root without CAP_DAC_OVERRIDE is held to the permissions like any other user.
        Path state = Files.createDirectories(lab.newDirectory("read-only").resolve("state"));
        Command.run("chmod", "0555", state.toString()).orFail();
        gateway.configuration().set("/gateway/state", state.toString()).save();
        try {
            saysInOneSentence("state", "setpriv", "--bounding-set", "-dac_override,-dac_read_search");
        } finally {
            gateway.configuration().set("/gateway/state", "./state").save();
        }
    }

    @Test
    void secondGatewayOnTheSameState() {
        Running first = gateway.run();
        saysInOneSentence("(?i)state|running|1194|443");
        assertThat(first.alive()).isTrue();
        assertThat(gateway.ask("status").status()).isZero();
    }

    @Test
    void unknownKeyIsNamedWithItsPlaceAndTheRemedy() throws IOException {
        Path file = gateway.directory().resolve("gateway.yaml");
        String right = Files.readString(file);
        Files.writeString(file, right.replace("masquerade:", "masqerade:"));
        try {
            Command.Outcome check = gateway.ask("check");
            assertThat(check.status()).isEqualTo(2);
            assertThat(check.out() + check.err())
                    .containsPattern("gateway\\.yaml:\\d+:\\d+")
                    .contains("masqerade", "masquerade");
            Command.Outcome run = gateway.runToEnd(GIVES_UP, List.of());
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.out() + run.err())
                    .containsPattern("gateway\\.yaml:\\d+:\\d+")
                    .contains("masquerade");
        } finally {
            Files.writeString(file, right);
        }
    }

    @ParameterizedTest
    @CsvSource({"nonsense", "sessions disconnect", "run --no-such-option", "status -c /nonexistent/gateway.yaml"})
    void wrongUsageIsStatusTwo(String arguments) {
        Command.Outcome outcome = gateway.sallyport(arguments.split(" ", -1));
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).isNotBlank().doesNotContain("Exception");
    }

    private static void saysInOneSentence(String regex, String... wrapper) {
        Command.Outcome outcome = gateway.runToEnd(GIVES_UP, List.of(wrapper));
        assertThat(outcome.status())
                .as("exit status; %s%s", outcome.out(), outcome.err())
                .isIn(1, 2);
        String said = outcome.err().strip();
        assertThat(said.lines()).as("lines on standard error").hasSize(1);
        assertThat(said)
                .containsPattern(regex)
                .doesNotContain("Exception")
                .doesNotContain("java.")
                .endsWith(".");
    }
}
