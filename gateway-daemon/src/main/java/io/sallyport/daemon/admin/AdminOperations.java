package io.sallyport.daemon.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the operator may ask of the running daemon; called on virtual threads, several at once. */
public interface AdminOperations {
    Status status();

    /** All, the oldest first. */
    List<SessionInfo> sessions();

    @Nullable
    SessionInfo session(String id);

    /** How many were asked to close: 0 or 1. */
    int disconnect(String id);

    /** How many of the user's sessions were asked to close. */
    int disconnectUser(String user);

    /** Reads the configuration again; all of it counts or nothing. */
    Reloaded reload();

    /**
     * Reads users and revocations again, each by itself, and ends the sessions that rest on what is gone; {@code taken}
     * when both could be used.
     */
    Reloaded refresh();

    /**
     * What came of it.
     *
     * @param mistakes why not all was taken over, one sentence each
     * @param changes what is different now
     * @param ended sessions that were asked to close
     */
    record Reloaded(boolean taken, List<String> mistakes, List<String> warnings, List<String> changes, int ended) {
        /** The one that is none in the configuration. */
        public static final String STOPPING = "the gateway is stopping";
    }

    /** The gateway's meters, in Prometheus' text format. */
    String metrics();

    /** What every thread does at this moment. */
    List<String> threads();

    /** {@code state}: starting, ready, draining or stopped; {@code live}: the event loops answer; {@code since}: by the wall clock, {@code uptime}: by the steady one; {@code sessionsByProtocol}: only protocols that have any. */
    record Status(
            String name,
            String version,
            String state,
            boolean live,
            Instant since,
            Duration uptime,
            Map<String, Integer> sessionsByProtocol,
            List<String> listening) {}

    /**
     * One session under the names that dashboards for Azure know, as {@code vpnConnectionId}; octets and packets are inner ones, ingress is from the
     * client. Empty text for what there is none of.
     */
    record SessionInfo(
            String vpnConnectionId,
            String vpnUserName,
            String protocol,
            String cipher,
            String state,
            Instant vpnConnectionTime,
            Duration vpnConnectionDuration,
            String publicIpAddress,
            String privateIpAddress,
            String privateIpv6Address,
            long ingressBytesTransferred,
            long egressBytesTransferred,
            long ingressPacketsTransferred,
            long egressPacketsTransferred) {}
}
