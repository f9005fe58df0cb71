package io.sallyport.daemon.profile;

import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.GatewayConfig.DataCipher;
import io.sallyport.daemon.config.GatewayConfig.OpenVpn;
import io.sallyport.daemon.config.GatewayConfig.Require;
import io.sallyport.daemon.pki.CertificateAuthority.Issued;
import io.sallyport.daemon.pki.Pem;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An .ovpn file that a stock OpenVPN client since 2.4, and the apps that read such files, connect with and need nothing
 * else. Not in it: explicit-exit-notify, which clients before 2.6 refuse to start with beside a remote over TCP; the
 * gateway pushes it over UDP.
 */
public final class OpenVpnProfile {
    /** Clients before 2.6 make all their buffers after it, also those for control packets, which have up to 1250 octets. */
    private static final int LEAST_MTU = 1280;

    private final GatewayConfig config;

    public OpenVpnProfile(GatewayConfig config) {
        this.config = config;
    }

    /**
     * @param authority what the server's certificate is checked against
     * @param controlKey around the control channel, null for none
     * @param user the client's own certificate, null for a profile that anybody may have
     */
    public String text(X509Certificate authority, @Nullable ControlKey controlKey, @Nullable Issued user) {
        StringBuilder text = new StringBuilder();
        head().forEach(line -> text.append(line).append('\n'));
        if (asksForPassword(user)) {
            text.append("auth-user-pass\n");
        }
        block(text, "ca", Pem.text(authority));
        if (user != null) {
            block(text, "cert", Pem.text(user.certificate()));
            block(text, "key", Pem.text(user.key()));
        }
        if (controlKey != null) {
            controlKey.options().forEach(line -> text.append(line).append('\n'));
            block(text, controlKey.tag(), controlKey.file());
        }
        return text.toString();
    }

    private List<String> head() {
        String name = config.gateway().name();
        OpenVpn openvpn = config.protocols().openvpn();
        Set<String> lines = new LinkedHashSet<>(List.of("# Sallyport, " + name, "client", "dev tun", "nobind"));
        for (InetSocketAddress udp : config.listen().openvpn()) {
            lines.add("remote " + name + " " + udp.getPort() + " udp");
        }
        for (InetSocketAddress tcp : config.listen().tls()) {
            lines.add("remote " + name + " " + tcp.getPort() + " tcp-client");
        }
        lines.addAll(List.of(
                // only clients since 2.6 are pushed it; the others would send packets that the gateway has no room for
                "tun-mtu " + Math.max(config.network().device().mtu(), LEAST_MTU),
                "resolv-retry infinite",
                "persist-tun",
                "remote-cert-tls server",
                "verify-x509-name " + name + " name",
                "tls-version-min 1.2",
                // OpenVPN 2.4 does not know it, and negotiates AES-GCM without
                "ignore-unknown-option data-ciphers",
                "data-ciphers "
                        + openvpn.dataCiphers().stream()
                                .map(DataCipher::toString)
                                .collect(Collectors.joining(":")),
                "auth-nocache",
                "verb 3"));
        return List.copyOf(lines);
    }

    /** With {@code any}, a certificate is enough; who has none needs a password. */
    private boolean asksForPassword(@Nullable Issued user) {
        if (!config.auth().hasPasswordMethod()) {
            return false;
        }
        Require require = config.protocols().openvpn().require();
        return switch (require) {
            case PASSWORD, BOTH -> true;
            case CERTIFICATE -> false;
            case ANY -> user == null;
        };
    }

    private static void block(StringBuilder text, String tag, String content) {
        text.append('<')
                .append(tag)
                .append(">\n")
                .append(content.strip())
                .append("\n</")
                .append(tag)
                .append(">\n");
    }
}
