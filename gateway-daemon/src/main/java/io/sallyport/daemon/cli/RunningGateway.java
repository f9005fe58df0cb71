package io.sallyport.daemon.cli;

import io.sallyport.daemon.admin.AdminClient;
import io.sallyport.daemon.admin.AdminException;
import io.sallyport.daemon.config.GatewayConfig;
import tools.jackson.databind.JsonNode;

/** The gateway that may run beside a command which changes its files. */
final class RunningGateway {
    private RunningGateway() {}

    /** Has it read users and revocations now. What it did, as the end of a sentence; nothing when none runs. */
    static String told(GatewayConfig config) {
        AdminClient client = new AdminClient(config.gateway().state());
        if (!client.isAnswered()) {
            return "";
        }
        try {
            JsonNode reloaded = client.refresh();
            if (!reloaded.path("taken").asBoolean(false)) {
                return "; the running gateway goes on as before: "
                        + reloaded.path("mistakes").path(0).asString("see its log");
            }
            int ended = reloaded.path("sessionsEnded").asInt();
            return "; sessions ended: " + ended;
        } catch (AdminException e) {
            return "; the running gateway was not told: " + e.getMessage();
        }
    }
}
