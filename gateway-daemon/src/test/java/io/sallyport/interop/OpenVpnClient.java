package io.sallyport.interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Debian's openvpn as a client in a namespace; its device there is tun0. */
final class OpenVpnClient extends Running {
    static final String UP = "Initialization Sequence Completed";
    static final String REFUSED =
            "AUTH_FAILED|TLS handshake failed|TLS Error|Exiting due to fatal error|SIGTERM\\[soft,auth-failure\\]";
    private static final Duration HANDSHAKE = Duration.ofSeconds(40);

    private final Namespace namespace;

    private OpenVpnClient(Lab lab, Namespace namespace, List<String> command) {
        super(lab, "openvpn-" + namespace.name().replaceAll(".*-", ""), command);
        this.namespace = namespace;
    }

    /** Starts without waiting. */
    static OpenVpnClient start(Lab lab, Namespace namespace, ClientProfile profile, String... options) {
        List<String> command =
                new ArrayList<>(List.of("openvpn", "--cd", lab.directory().toString()));
        command.addAll(
                List.of("--config", lab.write("client.ovpn", profile.text()).toString()));
        command.addAll(List.of("--verb", "3", "--connect-retry", "1", "4"));
        command.addAll(List.of(options));
        return new OpenVpnClient(lab, namespace, namespace.command(command));
    }

    /** Starts and waits until the tunnel is up. */
    static OpenVpnClient connect(Lab lab, Namespace namespace, ClientProfile profile, String... options) {
        OpenVpnClient client = start(lab, namespace, profile, options);
        client.awaitUp();
        return client;
    }

    OpenVpnClient awaitUp() {
        awaitLog(UP, HANDSHAKE);
        return this;
    }

    /** Waits until the client knows that it was refused: AUTH_FAILED or a TLS alert, not a timeout of its own. */
    String awaitRefusal(Duration limit) {
        return awaitLog(REFUSED, limit).group();
    }

    Namespace namespace() {
        return namespace;
    }

    String address() {
        return namespace.addressOf("tun0", 4);
    }

    String address6() {
        return namespace.addressOf("tun0", 6);
    }
}
