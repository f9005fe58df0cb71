package io.sallyport.daemon.cli;

import io.sallyport.daemon.admin.AdminClient;
import io.sallyport.daemon.admin.AdminException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "status", description = "Asks the running gateway how it is; exit status 1 when none runs.")
final class StatusCommand implements Callable<Integer> {
    @Mixin
    ConfigOption config;

    @Mixin
    JsonOption json;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws CommandFailure {
        PrintWriter out = spec.commandLine().getOut();
        try {
            JsonNode status = new AdminClient(config.state()).status();
            if (json.json) {
                JsonOption.print(out, status);
            } else {
                print(out, status);
            }
            return 0;
        } catch (AdminException e) {
            throw CommandFailure.failed(String.valueOf(e.getMessage()));
        }
    }

    private static void print(PrintWriter out, JsonNode status) {
        out.println(status.path("name").asString() + ", sallyport "
                + status.path("version").asString() + ", running since "
                + status.path("since").asString());
        out.println("state      " + status.path("state").asString()
                + (status.path("live").asBoolean() ? "" : ", but its event loops do not answer"));
        out.println("uptime     " + status.path("uptimeSeconds").asLong() + " s");
        status.path("listening").forEach(address -> out.println("listening  " + address.asString()));
        out.println("sessions   " + status.path("sessions").asInt());
        status.path("sessionsByProtocol")
                .properties()
                .forEach(entry -> out.println(
                        "  " + entry.getKey() + "  " + entry.getValue().asInt()));
    }
}
