package io.sallyport.daemon.config;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of a new configuration file.
 *
 * @param ownKeys tls-crypt-v2 instead of tls-crypt
 * @param state the state directory
 */
public record InitialConfig(String name, String pool, boolean ownKeys, String state) {
    private static final String TEMPLATE = """
            # Sallyport's configuration. Relative paths are relative to this file; durations carry units (30s, 5m).
            # After a change: sallyport check

            gateway:
              name: @NAME@                 # what clients connect to; the server certificate carries it
              state: @STATE@           # leases, issued certificates, admin socket
              certificate: { chain: pki/server.crt, key: pki/server.key }

            listen:
              tls: ["0.0.0.0:443"]         # SSTP and OpenVPN over TCP share this port
              openvpn: ["0.0.0.0:1194"]    # OpenVPN over UDP; IPv6 is written "[::]:1194"

            protocols:
              sstp:
                enabled: true
              openvpn:
                enabled: true
                @CONTROL@
                require: any               # any, certificate, password or both

            addresses:
              pools: ["@POOL@"]      # a second entry may be IPv6
              # dns: [10.0.0.53]
              # dns-domain: corp.example.test
              routes: []                   # what clients reach through the gateway, as [10.20.0.0/16]; ["0.0.0.0/0"] for all
              isolation: true              # clients cannot reach each other

            auth:
              methods: [certificate, local]
              certificate: { roots: [pki/ca.crt], revoked: [] }
              local: { users: users.yaml }

            network:
              tun: { name: sally0, mtu: 1400 }
              masquerade: false            # true: clients appear with this host's address behind the gateway
              ip-forward: auto             # set while running and put back after

            sessions:
              same-user: allow             # replace: who connects once more takes the place of the own oldest session
              per-user: 0                  # 0: as many as there are
              timeout: 0s                  # 0s: none; a session ends after it, whatever it does
              idle-timeout: 0s             # 0s: none; a session ends after so long without traffic

            log: { format: text, level: info }
            drain: 30s                     # SIGTERM: no new clients, and at its end the last is told to come back
            metrics:
              prometheus: "127.0.0.1:9464"
            """;

    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9._/-]{1,200}");

    /** What is wrong with the name the pool or the state directory; null when nothing is. */
    public @Nullable String problem() {
        try {
            Values.hostName(name);
        } catch (BadValue e) {
            return "--name: " + e.getMessage();
        }
        try {
            AddressesSection.pool(pool);
        } catch (BadValue e) {
            return "--pool: " + e.getMessage();
        }
        return PATH.matcher(state).matches()
                ? null
                : "--state: '" + state + "' is not a plain path; use letters, digits, '.', '_', '-' and '/'";
    }

    public String text() {
        return TEMPLATE.replace("@NAME@", name.indexOf(':') < 0 ? name : "\"" + name + "\"")
                .replace("@CONTROL@", ownKeys ? "tls-crypt-v2: pki/tls-crypt-v2.key" : "tls-crypt: pki/tls-crypt.key")
                .replace("@POOL@", pool)
                .replace("@STATE@", state);
    }
}
