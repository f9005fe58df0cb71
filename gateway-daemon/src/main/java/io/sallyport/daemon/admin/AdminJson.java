package io.sallyport.daemon.admin;

import java.util.LinkedHashMap;
import java.util.Map;

/** Answers as JSON objects, in the order in which they are shown. */
final class AdminJson {
    private AdminJson() {}

    static Map<String, Object> of(AdminOperations.Status status) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", status.name());
        fields.put("version", status.version());
        fields.put("state", status.state());
        fields.put("live", status.live());
        fields.put("since", status.since().toString());
        fields.put("uptimeSeconds", status.uptime().toSeconds());
        fields.put(
                "sessions",
                status.sessionsByProtocol().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum());
        fields.put("sessionsByProtocol", status.sessionsByProtocol());
        fields.put("listening", status.listening());
        return fields;
    }

    static Map<String, Object> of(AdminOperations.Reloaded reloaded) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("taken", reloaded.taken());
        fields.put("mistakes", reloaded.mistakes());
        fields.put("warnings", reloaded.warnings());
        fields.put("changes", reloaded.changes());
        fields.put("sessionsEnded", reloaded.ended());
        return fields;
    }

    /** The duration in seconds. */
    static Map<String, Object> of(AdminOperations.SessionInfo session) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("vpnConnectionId", session.vpnConnectionId());
        fields.put("vpnUserName", session.vpnUserName());
        fields.put("protocol", session.protocol());
        fields.put("cipher", session.cipher());
        fields.put("state", session.state());
        fields.put("vpnConnectionTime", session.vpnConnectionTime().toString());
        fields.put("vpnConnectionDuration", session.vpnConnectionDuration().toSeconds());
        fields.put("publicIpAddress", session.publicIpAddress());
        fields.put("privateIpAddress", session.privateIpAddress());
        fields.put("privateIpv6Address", session.privateIpv6Address());
        fields.put("ingressBytesTransferred", session.ingressBytesTransferred());
        fields.put("egressBytesTransferred", session.egressBytesTransferred());
        fields.put("ingressPacketsTransferred", session.ingressPacketsTransferred());
        fields.put("egressPacketsTransferred", session.egressPacketsTransferred());
        return fields;
    }
}
