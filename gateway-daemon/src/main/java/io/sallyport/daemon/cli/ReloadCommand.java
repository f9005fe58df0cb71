package io.sallyport.daemon.cli;

import io.sallyport.daemon.admin.AdminClient;
import io.sallyport.daemon.admin.AdminException;
import io.sallyport.daemon.admin.AdminOperations.Reloaded;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "reload",
        description =
                "Has the running gateway read its configuration, users, revocations and certificates again, as SIGHUP does; "
                        + "with any mistake nothing changes and the exit status is 2.")
final class ReloadCommand implements Callable<Integer> {
    @Mixin
    ConfigOption config;

    @Mixin
    JsonOption json;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws CommandFailure {
        try {
            // Whatever else is wrong in the file. Where gateway.state itself was edited nobody answers there, and the
            // sentence says so.
            JsonNode reloaded = new AdminClient(config.state()).reload();
            if (json.json) {
                JsonOption.print(spec.commandLine().getOut(), reloaded);
            } else {
                print(reloaded);
            }
            return status(reloaded);
        } catch (AdminException e) {
            throw CommandFailure.failed(String.valueOf(e.getMessage()));
        }
    }

    private static int status(JsonNode reloaded) {
        if (reloaded.path("taken").asBoolean(false)) {
            return 0;
        }
        boolean stopping =
                Reloaded.STOPPING.equals(reloaded.path("mistakes").path(0).asString(""));
        return stopping ? CommandFailure.FAILED : CommandFailure.WRONG;
    }

    private void print(JsonNode reloaded) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        reloaded.path("mistakes").forEach(mistake -> err.println(mistake.asString()));
        reloaded.path("warnings").forEach(warning -> err.println(warning.asString()));
        if (!reloaded.path("taken").asBoolean(false)) {
            err.println("sallyport: Nothing was reloaded; correct the mistakes and try again.");
            return;
        }
        if (reloaded.path("changes").isEmpty()) {
            out.println("Reloaded; nothing has changed.");
        } else {
            out.println("Reloaded; changed:");
            reloaded.path("changes").forEach(change -> out.println("  " + change.asString()));
        }
        int ended = reloaded.path("sessionsEnded").asInt();
        if (ended > 0) {
            out.println("Sessions ended: " + ended);
        }
    }
}
