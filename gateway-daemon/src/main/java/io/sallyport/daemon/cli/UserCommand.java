package io.sallyport.daemon.cli;

import io.sallyport.core.auth.LocalUser;
import io.sallyport.core.octets.Secret;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.users.UsersException;
import io.sallyport.daemon.users.UsersFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "user", description = "Local users: add, passwd, remove, list.")
final class UserCommand implements Runnable {
    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name what to do: add, passwd, remove or list.");
    }

    @Command(name = "add", description = "Adds a user; asks for the password.")
    int add(@Parameters(paramLabel = "NAME") String name, @Mixin ConfigOption config, @Mixin PasswordOption password)
            throws CommandFailure {
        change(config.config(), users -> {
            try (Secret secret = password.read("Password for " + name)) {
                users.add(name, secret);
            }
        });
        spec.commandLine().getOut().println("Added user '" + name + "'.");
        return 0;
    }

    @Command(
            name = "passwd",
            description = "Changes a user's password; what a running gateway knew of the old one ends.")
    int passwd(@Parameters(paramLabel = "NAME") String name, @Mixin ConfigOption config, @Mixin PasswordOption password)
            throws CommandFailure {
        GatewayConfig read = config.config();
        change(read, users -> {
            try (Secret secret = password.read("New password for " + name)) {
                users.changePassword(name, secret);
            }
        });
        RunningGateway.tell(read, "Changed the password of '" + name + "'", spec.commandLine());
        return 0;
    }

    @Command(name = "remove", description = "Removes a user, and ends the sessions that it has in the running gateway.")
    int remove(@Parameters(paramLabel = "NAME") String name, @Mixin ConfigOption config) throws CommandFailure {
        GatewayConfig read = config.config();
        change(read, users -> users.remove(name));
        RunningGateway.tell(read, "Removed user '" + name + "'", spec.commandLine());
        return 0;
    }

    @Command(name = "list", description = "Lists the users.")
    int list(@Mixin ConfigOption config, @Mixin JsonOption json) throws CommandFailure {
        PrintWriter out = spec.commandLine().getOut();
        try {
            Collection<LocalUser> users = file(config.config()).read().values();
            if (json.json) {
                List<Map<String, Object>> listed =
                        users.stream().map(UserCommand::listed).toList();
                JsonOption.print(out, Map.of("users", listed));
            } else {
                users.forEach(user -> out.println(line(user)));
            }
            return 0;
        } catch (UsersException e) {
            throw CommandFailure.failed(e.getMessage() + ".");
        }
    }

    private static Map<String, Object> listed(LocalUser user) {
        Map<String, Object> listed = new LinkedHashMap<>();
        listed.put("name", user.name());
        listed.put("disabled", user.disabled());
        if (user.passwordExpires() != null) {
            listed.put("passwordExpires", user.passwordExpires().toString());
        }
        return listed;
    }

    private static String line(LocalUser user) {
        return user.name()
                + (user.disabled() ? "  disabled" : "")
                + (user.passwordExpires() == null ? "" : "  password expires " + user.passwordExpires());
    }

    private interface Change {
        void apply(UsersFile users) throws UsersException, CommandFailure;
    }

    private static void change(GatewayConfig config, Change change) throws CommandFailure {
        try {
            change.apply(file(config));
        } catch (UsersException e) {
            throw CommandFailure.failed(e.getMessage() + ".");
        }
    }

    private static UsersFile file(GatewayConfig config) throws CommandFailure {
        Path users = config.auth().users();
        if (users == null) {
            throw CommandFailure.wrong(
                    config.file() + " names no users file; add to it under auth: local: { users: users.yaml }.");
        }
        return new UsersFile(users);
    }
}
