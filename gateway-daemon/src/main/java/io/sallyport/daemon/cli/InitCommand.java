package io.sallyport.daemon.cli;

import io.sallyport.daemon.config.InitialConfig;
import io.sallyport.daemon.files.PrivateFiles;
import io.sallyport.daemon.wiring.NewGateway;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "init",
        description =
                "Makes a configuration: gateway.yaml, a certificate authority, a server certificate, an empty users file.",
        footer = {
            "",
            "Nothing that exists is overwritten. Next: 'sallyport cert issue' or 'sallyport user add', then 'run'."
        })
final class InitCommand implements Callable<Integer> {
    private static final String AUTHORITY_KEY = "pki/ca.key";
    private static final List<String> FILES = List.of(
            "gateway.yaml",
            "users.yaml",
            "pki/ca.crt",
            AUTHORITY_KEY,
            "pki/server.crt",
            "pki/server.key",
            "pki/tls-crypt.key",
            "pki/tls-crypt-v2.key");

    @Parameters(paramLabel = "DIR", description = "Where to make it.")
    Path directory;

    @Option(
            names = "--name",
            required = true,
            paramLabel = "NAME",
            description = "What clients connect to: a host name or an address.")
    String name;

    @Option(
            names = "--pool",
            paramLabel = "PREFIX",
            defaultValue = "172.16.201.0/24",
            description = "The clients' addresses (default: ${DEFAULT-VALUE}).")
    String pool;

    @Option(
            names = "--tls-crypt-v2",
            description =
                    "Give each OpenVPN client a key of its own around the control channel, instead of one for all.")
    boolean ownKeys;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            defaultValue = "./state",
            description = "The directory for what the gateway itself writes (default: ${DEFAULT-VALUE}, in DIR).")
    String state;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description =
                    "Whose members may read what the gateway reads: all but the authority's key. For a gateway with a user of its own.")
    @Nullable
    String group;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws CommandFailure {
        String text = text();
        requireGroup();
        for (String file : FILES) {
            if (Files.exists(directory.resolve(file))) {
                throw CommandFailure.failed(directory.resolve(file)
                        + " exists and is not overwritten; choose another directory or move it away.");
            }
        }
        List<Path> parents = missingParents();
        try {
            NewGateway.create(directory, name, text, ownKeys, state);
            if (group != null) {
                openTo(group, parents);
            }
        } catch (IOException e) {
            throw CommandFailure.failed("Files cannot be made in " + directory
                    + "; check that this user may write there (" + e.getMessage() + ").");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("Made " + directory.resolve("gateway.yaml")
                + " with a certificate authority and a server certificate for " + name + ".");
        out.println("Next: sallyport cert issue NAME -c " + directory.resolve("gateway.yaml"));
        return 0;
    }

    /** Before anything is made: who corrects the name has nothing to clear away. */
    private void requireGroup() throws CommandFailure {
        if (group == null) {
            return;
        }
        try {
            FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
        } catch (IOException e) {
            throw CommandFailure.wrong("There is no group '" + group + "'; make it with 'groupadd --system " + group
                    + "', or name another with --group.");
        }
    }

    /** They are made too, and who may go into the directory has to get there. */
    private List<Path> missingParents() {
        List<Path> missing = new ArrayList<>();
        Path parent = directory.toAbsolutePath().getParent();
        while (parent != null && !Files.exists(parent)) {
            missing.add(parent);
            parent = parent.getParent();
        }
        return missing;
    }

    private void openTo(String group, List<Path> parents) throws IOException {
        for (Path parent : parents) {
            PrivateFiles.openToGroup(parent, group);
        }
        PrivateFiles.openToGroup(directory, group);
        PrivateFiles.openToGroup(directory.resolve("pki"), group);
        for (String file : FILES) {
            if (!file.equals(AUTHORITY_KEY) && Files.exists(directory.resolve(file))) {
                PrivateFiles.openToGroup(directory.resolve(file), group);
            }
        }
    }

    private String text() throws CommandFailure {
        InitialConfig initial = new InitialConfig(name, pool, ownKeys, state);
        String problem = initial.problem();
        if (problem != null) {
            throw CommandFailure.wrong(problem + ".");
        }
        return initial.text();
    }
}
