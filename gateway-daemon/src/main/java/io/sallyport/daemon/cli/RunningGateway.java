package io.sallyport.daemon.cli;

import io.sallyport.daemon.admin.AdminClient;
import io.sallyport.daemon.admin.AdminException;
import io.sallyport.daemon.config.GatewayConfig;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** The gateway that may run beside a command which changes its files. */
final class RunningGateway {
    private RunningGateway() {}

    /**
     * Has it read users and revocations now, and says what was done and what came of it.
     *
     * @param done a sentence without its full stop
     * @throws CommandFailure when a gateway is there and may still let in whom it should not
     */
    static void tell(GatewayConfig config, String done, CommandLine line) throws CommandFailure {
        AdminClient client = new AdminClient(config.gateway().state());
        if (!client.isAnswered()) {
            line.getOut().println(done + "; no running gateway was told: none answers at " + client.socket() + ".");
            return;
        }
        JsonNode answer = answer(client, done);
        answer.path("warnings").forEach(warning -> line.getErr().println(warning.asString()));
        String ended = "sessions ended: " + answer.path("sessionsEnded").asInt();
        if (!answer.path("taken").asBoolean(false)) {
            throw CommandFailure.failed(done + " (" + ended + "), but the running gateway could not take over all: "
                    + mistakes(answer) + " Then run 'sallyport reload'.");
        }
        line.getOut().println(done + "; " + ended + ".");
    }

    private static JsonNode answer(AdminClient client, String done) throws CommandFailure {
        try {
            return client.refresh();
        } catch (AdminException e) {
            throw CommandFailure.failed(done + ", but the running gateway has not taken it over: " + e.getMessage());
        }
    }

    private static String mistakes(JsonNode answer) {
        List<String> mistakes = new ArrayList<>();
        answer.path("mistakes").forEach(mistake -> mistakes.add(mistake.asString()));
        return mistakes.isEmpty() ? "see its log." : String.join(" ", mistakes);
    }
}
