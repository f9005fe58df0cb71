package io.sallyport.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code sessions list --json} prints. */
record Sessions(List<Entry> entries) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** One session; the address is the outer one, with or without a port. */
    record Entry(String id, String user, String publicAddress, String privateAddress, String protocol, String state) {}

    static Sessions parse(String json) {
        JsonNode root = JSON.readTree(json);
        JsonNode list = root.isArray() ? root : root.path("sessions");
        assertThat(list.isArray()).as("a list of sessions in %s", json).isTrue();
        List<Entry> entries = new ArrayList<>();
        for (JsonNode node : list) {
            entries.add(new Entry(
                    node.path("vpnConnectionId").asString(),
                    node.path("vpnUserName").asString(),
                    node.path("publicIpAddress").asString(),
                    node.path("privateIpAddress").asString(),
                    node.path("protocol").asString(),
                    node.path("state").asString()));
        }
        return new Sessions(entries);
    }

    /** The only session of {@code user}. */
    Entry only(String user) {
        List<Entry> found = of(user).toList();
        assertThat(found).as("sessions of %s among %s", user, entries).hasSize(1);
        return found.getFirst();
    }

    /** Whether packets from and to this address inside are forwarded. */
    boolean isUp(String privateAddress) {
        return entries.stream()
                .anyMatch(each -> each.privateAddress().equals(privateAddress)
                        && each.state().equals("up"));
    }

    Stream<Entry> of(String user) {
        return entries.stream().filter(entry -> entry.user().equals(user));
    }
}
