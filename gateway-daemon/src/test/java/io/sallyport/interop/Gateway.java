package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A gateway's directory, made by {@code sallyport init}, and the command line run on it in the lab's gateway namespace. */
final class Gateway {
    static final String POOL = "172.16.201.0/24";
    static final String POOL_6 = "fd72::/64";
    private static final Duration START = Duration.ofSeconds(40);
    private static final Duration COMMAND = Duration.ofSeconds(40);
    private static final String PKCS12_PASSWORD = "only for this test";

    private final Lab lab;
    private final Installed installed;
    private final Path directory;

    private Gateway(Lab lab, Path directory) {
        this.lab = lab;
        this.installed = Installed.in(lab.newDirectory("installed"));
        this.directory = directory;
    }

    /** {@code init}, then the lab's pools and routes in gateway.yaml. */
    static Gateway init(Lab lab, String... options) {
        Path directory = lab.newDirectory("gateway").resolve("etc");
        Gateway gateway = new Gateway(lab, directory);
        List<String> init =
                new ArrayList<>(List.of("init", directory.toString(), "--name", Lab.GATEWAY_NAME, "--pool", POOL));
        init.addAll(List.of(options));
        gateway.sallyport(init.toArray(String[]::new)).orFail();
        gateway.configuration()
                .set("/addresses/pools", List.of(POOL, POOL_6))
                .set("/addresses/routes", List.of("10.20.0.0/16", "fd20::/64"))
                // A test that ends does not wait for its clients.
                .set("/drain", "0s")
                .save();
        return gateway;
    }

    Path directory() {
        return directory;
    }

    Lab lab() {
        return lab;
    }

    /** The certificate of the built-in CA. */
    Path authority() {
        return directory.resolve("pki/ca.crt");
    }

    GatewayYaml configuration() {
        return GatewayYaml.read(directory.resolve("gateway.yaml"));
    }

    /** The command line as it is, in the gateway's namespace. */
    Command.Outcome sallyport(String... arguments) {
        return sallyportWith(null, arguments);
    }

    private Command.Outcome sallyportWith(@Nullable String stdin, String... arguments) {
        return Command.run(COMMAND, stdin, lab.gateway().command(installed.command(arguments)));
    }

    /** A command that takes {@code -c}. */
    Command.Outcome ask(String... arguments) {
        return askWith(null, arguments);
    }

    private Command.Outcome askWith(@Nullable String stdin, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-c", directory.resolve("gateway.yaml").toString()));
        return sallyportWith(stdin, all.toArray(String[]::new));
    }

    void addUser(String name, String password) {
        askWith(password + "\n", "user", "add", name, "--password-stdin").orFail();
    }

    void changePassword(String name, String password) {
        askWith(password + "\n", "user", "passwd", name, "--password-stdin").orFail();
    }

    /** As somebody edits the users' file: from this day on the password counts no more. */
    void passwordExpires(String name, String day) {
        Path users = directory.resolve("users.yaml");
        Path edited = directory.resolve("users.yaml.edited");
        try {
            String line = "(\"" + name + "\": \\{.*) }";
            String text = Files.readString(users);
            Files.writeString(edited, text.replaceFirst(line, "$1, password-expires: " + day + " }"));
            Files.move(edited, users, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code cert issue}. */
    Credentials issue(String name) {
        Path file = lab.newDirectory("p12").resolve(name + ".p12");
        askWith(PKCS12_PASSWORD + "\n", "cert", "issue", name, "--out", file.toString(), "--password-stdin")
                .orFail();
        return Credentials.ofPkcs12(file, PKCS12_PASSWORD);
    }

    void revoke(Credentials credentials) {
        ask("cert", "revoke", credentials.thumbprint()).orFail();
    }

    /** {@code profile export} for everybody, or for one user with what was issued to it. */
    ClientProfile export(@Nullable String user) {
        return ClientProfile.exported(exportFile(user));
    }

    Path exportFile(@Nullable String user) {
        Path file = lab.newDirectory("profile").resolve("profile.zip");
        if (user == null) {
            ask("profile", "export", "--out", file.toString()).orFail();
        } else {
            ask("profile", "export", "--out", file.toString(), "--user", user).orFail();
        }
        return file;
    }

    /** {@code run}, and wait until {@code status} answers. */
    Running run() {
        return run(List.of());
    }

    /** The same by a wrapper, as {@code setpriv}. */
    Running run(List<String> wrapper) {
        Running running = new Running(lab, "gateway", runCommand(wrapper));
        Awaitility.await("status of the gateway")
                .atMost(START)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> !running.alive() || ask("status").ok());
        assertThat(running.alive()).as("the gateway runs").isTrue();
        return running;
    }

    /** {@code run} to its end, which is to come within {@code limit}. */
    Command.Outcome runToEnd(Duration limit, List<String> wrapper) {
        return Command.run(limit, null, runCommand(wrapper));
    }

    private List<String> runCommand(List<String> wrapper) {
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(
                installed.command("run", "-c", directory.resolve("gateway.yaml").toString()));
        return lab.gateway().command(command);
    }

    Sessions sessions() {
        return Sessions.parse(ask("sessions", "list", "--json").orFail().out());
    }

    /** Waits until nobody is connected. */
    void awaitNoSession() {
        Awaitility.await("the last session to end")
                .atMost(Duration.ofSeconds(10))
                .until(() -> sessions().entries().isEmpty());
    }
}
