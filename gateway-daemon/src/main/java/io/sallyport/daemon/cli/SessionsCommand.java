package io.sallyport.daemon.cli;

import io.sallyport.daemon.admin.AdminClient;
import io.sallyport.daemon.admin.AdminException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "sessions", description = "Sessions of the running gateway: list, show, disconnect.")
final class SessionsCommand implements Runnable {
    private static final List<String> HEAD =
            List.of("ID", "USER", "PROTOCOL", "FROM", "ADDRESS", "CIPHER", "SECONDS", "IN", "OUT");

    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name what to do: list, show or disconnect.");
    }

    @Command(
            name = "list",
            description = "Lists the sessions, the oldest first; octets in and out as the gateway sees them.")
    int list(@Mixin ConfigOption config, @Mixin JsonOption json) throws CommandFailure {
        JsonNode sessions = ask(config, AdminClient::sessions);
        PrintWriter out = spec.commandLine().getOut();
        if (json.json) {
            JsonOption.print(out, Map.of("sessions", sessions));
            return 0;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        sessions.forEach(session -> rows.add(row(session)));
        Table.print(out, rows);
        return 0;
    }

    @Command(name = "show", description = "Shows all there is about one session.")
    int show(@Parameters(paramLabel = "ID") String id, @Mixin ConfigOption config, @Mixin JsonOption json)
            throws CommandFailure {
        JsonNode found = ask(config, client -> client.session(id));
        if (found.isEmpty()) {
            throw CommandFailure.failed("There is no session '" + id + "'; see 'sallyport sessions list'.");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json.json) {
            JsonOption.print(out, found.get(0));
        } else {
            List<List<String>> rows = new ArrayList<>();
            found.get(0)
                    .properties()
                    .forEach(field ->
                            rows.add(List.of(field.getKey(), field.getValue().asString())));
            Table.print(out, rows);
        }
        return 0;
    }

    @Command(
            name = "disconnect",
            description = "Ends a session, or all of a user; clients may connect again unless they are refused.")
    int disconnect(
            @Parameters(paramLabel = "ID", arity = "0..1") @Nullable String id,
            @Option(names = "--user", paramLabel = "NAME") @Nullable String user,
            @Mixin ConfigOption config,
            @Mixin JsonOption json)
            throws CommandFailure {
        if ((id == null) == (user == null)) {
            throw CommandFailure.wrong("Name either a session's ID or --user NAME.");
        }
        int count = ask(
                config, client -> user != null ? client.disconnectUser(user) : client.disconnect(String.valueOf(id)));
        if (json.json) {
            JsonOption.print(spec.commandLine().getOut(), Map.of("disconnected", count));
        }
        if (count == 0) {
            throw CommandFailure.failed(
                    (user != null ? "User '" + user + "' has no session" : "There is no session '" + id + "'")
                            + "; see 'sallyport sessions list'.");
        }
        if (!json.json) {
            spec.commandLine()
                    .getOut()
                    .println(count == 1 ? "Disconnected 1 session." : "Disconnected " + count + " sessions.");
        }
        return 0;
    }

    private interface Question<T> {
        T ask(AdminClient client) throws AdminException;
    }

    private static <T> T ask(ConfigOption config, Question<T> question) throws CommandFailure {
        try {
            return question.ask(new AdminClient(config.state()));
        } catch (AdminException e) {
            throw CommandFailure.failed(String.valueOf(e.getMessage()));
        }
    }

    private static List<String> row(JsonNode session) {
        List<String> row = new ArrayList<>();
        for (String field : List.of(
                "vpnConnectionId",
                "vpnUserName",
                "protocol",
                "publicIpAddress",
                "privateIpAddress",
                "cipher",
                "vpnConnectionDuration",
                "ingressBytesTransferred",
                "egressBytesTransferred")) {
            row.add(session.path(field).asString(""));
        }
        return row;
    }
}
