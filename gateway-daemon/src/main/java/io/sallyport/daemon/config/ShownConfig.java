package io.sallyport.daemon.config;

import io.sallyport.daemon.config.YamlNode.Mapping;
import io.sallyport.daemon.config.YamlNode.Scalar;
import io.sallyport.daemon.config.YamlNode.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;

/**
 * The configuration as strangers may see it: only the values of the keys that are listed here, of which none is a secret. A key that is new, misspelt or in the wrong place shows
 * that it is there and no more, and neither does any comment. Paths are shown, what they lead to never; and where a
 * file with a secret is named only the path of one that is there, because somebody may have written the secret itself.
 */
public final class ShownConfig {
    private static final String LEFT_OUT = "(left out)";

    private static final Set<String> SHOWN = Set.of(
            "gateway.name",
            "gateway.sku",
            "gateway.state",
            "gateway.certificate.chain",
            "gateway.certificate.key",
            "gateway.ca.certificate",
            "gateway.ca.key",
            "listen.tls",
            "listen.tls-terminated",
            "listen.proxy-protocol",
            "listen.openvpn",
            "listen.ike",
            "listen.ike-port",
            "listen.natt-port",
            "protocols.sstp.enabled",
            "protocols.sstp.require",
            "protocols.sstp.authentication",
            "protocols.sstp.allow-sha1",
            "protocols.sstp.terminator-certificates",
            "protocols.openvpn.enabled",
            "protocols.openvpn.none",
            "protocols.openvpn.tls-crypt",
            "protocols.openvpn.tls-auth",
            "protocols.openvpn.tls-auth-digest",
            "protocols.openvpn.tls-auth-direction",
            "protocols.openvpn.tls-crypt-v2",
            "protocols.openvpn.tls-crypt-v2-max-age",
            "protocols.openvpn.require",
            "protocols.openvpn.data-ciphers",
            "protocols.openvpn.renegotiate",
            "protocols.openvpn.ping",
            "protocols.openvpn.ping-restart",
            "protocols.openvpn.mssfix",
            "protocols.openvpn.auth-token",
            "protocols.ikev2.enabled",
            "addresses.pools",
            "addresses.dns",
            "addresses.dns-domain",
            "addresses.routes",
            "addresses.isolation",
            "auth.methods",
            "auth.certificate.roots",
            "auth.certificate.revoked",
            "auth.local.users",
            "auth.radius.servers.address",
            "auth.radius.servers.secret-file",
            "auth.radius.timeout",
            "network.tun.name",
            "network.tun.mtu",
            "network.memory.mtu",
            "network.masquerade",
            "network.ip-forward",
            "sessions.same-user",
            "sessions.per-user",
            "sessions.timeout",
            "sessions.idle-timeout",
            "log.format",
            "log.level",
            "log.file",
            "log.max-size",
            "log.keep",
            "drain",
            "metrics.prometheus",
            "crypto.provider",
            "workers");

    private static final Set<String> SECRET_FILES = Set.of(
            "gateway.certificate.key",
            "gateway.ca.key",
            "protocols.openvpn.tls-crypt",
            "protocols.openvpn.tls-auth",
            "protocols.openvpn.tls-crypt-v2",
            "auth.local.users",
            "auth.radius.servers.secret-file");

    private final Path directory;
    private final StringBuilder text = new StringBuilder();

    private ShownConfig(Path directory) {
        this.directory = directory;
    }

    /** Also of a file that has mistakes: as far as it is YAML. */
    public static String of(Path file) {
        try {
            Mapping top = YamlTree.read(Files.readString(file), new Findings(file));
            if (top == null) {
                return "# it is no YAML\n";
            }
            ShownConfig shown = new ShownConfig(file.resolveSibling(""));
            shown.mapping(top, "", 0);
            return shown.text.toString();
        } catch (IOException e) {
            return "# it cannot be read\n";
        }
    }

    private void mapping(Mapping mapping, String path, int depth) {
        mapping.entries().forEach((key, entry) -> {
            String at = path.isEmpty() ? key : path + "." + key;
            indent(depth)
                    .append(known(at) ? key : "(a key that is none of ours)")
                    .append(':');
            value(entry.value(), at, depth);
        });
    }

    private void value(YamlNode node, String at, int depth) {
        switch (node) {
            case Scalar scalar -> text.append(' ').append(shown(scalar, at)).append('\n');
            case Mapping mapping -> {
                text.append('\n');
                mapping(mapping, at, depth + 1);
            }
            case Sequence sequence -> {
                text.append('\n');
                for (YamlNode item : sequence.items()) {
                    indent(depth + 1).append('-');
                    value(item, at, depth + 1);
                }
            }
        }
    }

    private String shown(Scalar scalar, String at) {
        if (scalar.isNull()) {
            return "";
        }
        // a block scalar or a pasted key is nothing that a listed key holds
        boolean plain = SHOWN.contains(at)
                && scalar.text().length() <= 256
                && scalar.text().indexOf('\n') < 0;
        if (plain && SECRET_FILES.contains(at) && !exists(scalar.text())) {
            return "(left out: there is no such file)";
        }
        return plain ? '"' + scalar.text().replace("\\", "\\\\").replace("\"", "\\\"") + '"' : LEFT_OUT;
    }

    private boolean exists(String path) {
        try {
            return Files.exists(directory.resolve(path));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static boolean known(String path) {
        return SHOWN.contains(path) || SHOWN.stream().anyMatch(shown -> shown.startsWith(path + "."));
    }

    private StringBuilder indent(int depth) {
        return text.repeat("  ", depth);
    }
}
