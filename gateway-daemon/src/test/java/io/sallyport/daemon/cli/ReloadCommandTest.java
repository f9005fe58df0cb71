package io.sallyport.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.daemon.admin.AdminOperations;
import io.sallyport.daemon.admin.AdminOperations.Reloaded;
import io.sallyport.daemon.admin.AdminServer;
import io.sallyport.daemon.admin.ShortTempDir;
import io.sallyport.daemon.admin.StateDirectory;
import io.sallyport.daemon.cli.CommandLines.Outcome;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The exit status: 0 done, 1 failed, 2 wrong configuration. */
@Timeout(60)
class ReloadCommandTest {
    @TempDir(factory = ShortTempDir.class)
    Path state;

    /** What the command makes of a gateway that answers so. */
    private Outcome reload(Reloaded answer) throws Exception {
        Path yaml = Files.writeString(state.resolve("gateway.yaml"), "gateway: { state: " + state + " }\n");
        AdminOperations gateway = (AdminOperations) Proxy.newProxyInstance(
                AdminOperations.class.getClassLoader(), new Class<?>[] {AdminOperations.class}, (_, _, _) -> answer);
        try (StateDirectory held = StateDirectory.hold(state);
                AdminServer server = AdminServer.start(held, gateway)) {
            assertThat(server).isNotNull();
            return CommandLines.run("reload", "-c", yaml.toString());
        }
    }

    @Test
    void isDone() throws Exception {
        Outcome outcome = reload(new Reloaded(true, List.of(), List.of(), List.of("addresses.dns"), 0));
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).contains("addresses.dns");
    }

    @Test
    void ofAWrongConfigurationIsStatusTwo() throws Exception {
        Outcome outcome = reload(new Reloaded(false, List.of("gateway.yaml:1:1: wrong"), List.of(), List.of(), 0));
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("gateway.yaml:1:1: wrong", "Nothing was reloaded");
    }

    @Test
    void byAGatewayThatStopsHasFailed() throws Exception {
        Outcome outcome = reload(new Reloaded(false, List.of(Reloaded.STOPPING), List.of(), List.of(), 0));
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("the gateway is stopping");
    }
}
