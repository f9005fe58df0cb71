package io.sallyport.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.daemon.admin.AdminOperations;
import io.sallyport.daemon.admin.AdminOperations.Reloaded;
import io.sallyport.daemon.admin.AdminServer;
import io.sallyport.daemon.admin.StateDirectory;
import io.sallyport.daemon.cli.CommandLines.Outcome;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who withdraws access has to learn whether the gateway that runs took it over. */
@Timeout(60)
class RunningGatewayTest {
    private static final String THUMBPRINT = "aabbccddeeff00112233445566778899aabbccdd";

    // A socket's path has at most about 100 characters: not under the build directory.
    private Path directory;
    private String config;

    @BeforeEach
    void init() throws IOException {
        directory = Files.createTempDirectory(Path.of("/tmp"), "sally");
        config = CommandLines.init(directory.resolve("etc"));
        assertThat(CommandLines.runWithInput("p\n", "user", "add", "bob", "--password-stdin", "-c", config)
                        .status())
                .isZero();
    }

    @AfterEach
    void delete() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void withdrawalThatIsTakenOverSaysHowManySessionsEnd() throws Exception {
        Supplier<Reloaded> taken = () -> new Reloaded(true, List.of(), List.of("doubtful."), List.of(), 2);
        Outcome revoked = beside(taken, "cert", "revoke", THUMBPRINT);
        assertThat(revoked)
                .isEqualTo(new Outcome(0, "Revoked " + THUMBPRINT + "; sessions ended: 2.\n", "doubtful.\n"));
        assertThat(beside(taken, "user", "remove", "bob").out()).isEqualTo("Removed user 'bob'; sessions ended: 2.\n");
    }

    @Test
    void withdrawalThatIsNotTakenOverIsAFailure() throws Exception {
        Supplier<Reloaded> refused = () -> new Reloaded(false, List.of("users.yaml is bad."), List.of(), List.of(), 0);
        assertFailure(
                beside(refused, "cert", "revoke", THUMBPRINT),
                "Revoked " + THUMBPRINT + " (sessions ended: 0), but the running gateway could not take over all:"
                        + " users.yaml is bad. Then run 'sallyport reload'.");
        assertFailure(beside(refused, passwd()), "but the running gateway could not take over all: users.yaml is bad.");
        assertFailure(
                beside(refused, "user", "remove", "bob"),
                "but the running gateway could not take over all: users.yaml is bad.");
    }

    @Test
    void gatewayThatAnswersWithAnErrorIsAFailure() throws Exception {
        Supplier<Reloaded> broken = () -> {
            throw new IllegalStateException("for this test");
        };
        assertFailure(
                beside(broken, "cert", "revoke", THUMBPRINT),
                "Revoked " + THUMBPRINT + ", but the running gateway has not taken it over: The gateway refused: ");
    }

    /** With an edited gateway.state that is the wrong place: it is named. */
    @Test
    void whereNoGatewayAnswersIsSaid() {
        Path socket = directory.resolve("etc/state/admin.sock");
        assertThat(CommandLines.run("cert", "revoke", THUMBPRINT, "-c", config))
                .isEqualTo(new Outcome(
                        0,
                        "Revoked " + THUMBPRINT + "; no running gateway was told: none answers at " + socket + ".\n",
                        ""));
        assertThat(CommandLines.run("reload", "-c", config).err())
                .contains("if gateway.state was edited since its start, put it back until it is restarted.");
    }

    private static String[] passwd() {
        return new String[] {"user", "passwd", "bob", "--password-stdin"};
    }

    private static void assertFailure(Outcome outcome, String sentence) {
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).contains(sentence).endsWith(".\n");
    }

    /** Beside a gateway that refreshes so, and can do nothing else. */
    private Outcome beside(Supplier<Reloaded> refresh, String... command) throws Exception {
        AdminOperations operations = (AdminOperations) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {AdminOperations.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("refresh")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return refresh.get();
                });
        String[] line =
                Stream.concat(Stream.of(command), Stream.of("-c", config)).toArray(String[]::new);
        try (StateDirectory held = StateDirectory.hold(directory.resolve("etc/state"));
                AdminServer server = AdminServer.start(held, operations)) {
            assertThat(server).isNotNull();
            return CommandLines.runWithInput("another\n", line);
        }
    }
}
