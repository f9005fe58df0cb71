package io.sallyport.daemon.config;

import io.sallyport.daemon.config.GatewayConfig.Auth;
import io.sallyport.daemon.config.GatewayConfig.AuthDigest;
import io.sallyport.daemon.config.GatewayConfig.AuthDirection;
import io.sallyport.daemon.config.GatewayConfig.ControlProtection;
import io.sallyport.daemon.config.GatewayConfig.DataCipher;
import io.sallyport.daemon.config.GatewayConfig.OpenVpn;
import io.sallyport.daemon.config.GatewayConfig.Protocols;
import io.sallyport.daemon.config.GatewayConfig.Require;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds {@code protocols}. */
final class ProtocolsSection {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration MOST_TOKEN = Duration.ofDays(30);
    private static final Duration MAX_KEY_AGE = Duration.ofDays(36_500);
    /** The built-in authority does not know what a terminator shows. */
    private static final String SHOW_CERTIFICATE = "openssl x509 -noout -fingerprint -sha256 -in FILE";

    private final Section section;
    private final Auth auth;
    private final Path base;
    private final Findings findings;

    ProtocolsSection(Section section, Auth auth, Path base, Findings findings) {
        this.section = section;
        this.auth = auth;
        this.base = base;
        this.findings = findings;
    }

    Protocols bind() {
        Protocols protocols = new Protocols(
                sstp(section.section("sstp")), openVpn(section.section("openvpn")), toCome("ikev2", "IKEv2"));
        section.end();
        return protocols;
    }

    private boolean toCome(String key, String name) {
        Section protocol = section.section(key);
        boolean enabled = protocol.value("enabled", Values::bool, false);
        protocol.end();
        if (enabled) {
            findings.warning(
                    protocol.positionOf("enabled"),
                    name + " is not available yet and stays off; write enabled: false to silence this");
        }
        return enabled;
    }

    private Sstp sstp(Section sstp) {
        List<Sstp.Authentication> authentication =
                sstp.list("authentication", "ms-chap-v2", Values.oneOf(Sstp.Authentication.class));
        Sstp.Require require = sstp.value("require", Values.oneOf(Sstp.Require.class), Sstp.Require.ANY);
        Sstp bound = new Sstp(
                sstp.value("enabled", Values::bool, false),
                require,
                authentication.isEmpty() ? usualAuthentication(require) : authentication,
                sstp.value("allow-sha1", Values::bool, true),
                sstp.list("terminator-certificates", "THUMBPRINT", Values.thumbprint(SHOW_CERTIFICATE)));
        sstp.end();
        return bound;
    }

    private List<Sstp.Authentication> usualAuthentication(Sstp.Require require) {
        return auth.hasPasswordMethod() && require != Sstp.Require.CERTIFICATE
                ? List.of(Sstp.Authentication.MS_CHAP_V2, Sstp.Authentication.EAP)
                : List.of(Sstp.Authentication.EAP);
    }

    private OpenVpn openVpn(Section openvpn) {
        Section.Parser<Duration> seconds = Values.duration(Duration.ofSeconds(1), DAY);
        List<DataCipher> ciphers = openvpn.list("data-ciphers", "AES-256-GCM", Values.oneOf(DataCipher.class));
        OpenVpn bound = new OpenVpn(
                openvpn.value("enabled", Values::bool, true),
                control(openvpn),
                openvpn.value("require", Values.oneOf(Require.class), Require.ANY),
                ciphers.isEmpty() ? List.of(DataCipher.values()) : ciphers,
                openvpn.value("renegotiate", Values.duration(Duration.ofSeconds(10), DAY), Duration.ofHours(1)),
                openvpn.value("ping", seconds, Duration.ofSeconds(10)),
                openvpn.value("ping-restart", seconds, Duration.ofSeconds(60)),
                openvpn.value("mssfix", Values.zeroOrNumber(576, 9000), 0),
                openvpn.value(
                        "auth-token", Values.zeroOrDuration(Duration.ofMinutes(1), MOST_TOKEN), Duration.ofHours(12)));
        if (bound.pingRestart().compareTo(bound.ping().multipliedBy(2)) < 0) {
            findings.mistake(
                    openvpn.positionOf("ping-restart"),
                    "ping-restart is less than twice ping: live clients would be cut off; raise it or lower ping");
        }
        openvpn.end();
        return bound;
    }

    private ControlProtection control(Section openvpn) {
        List<String> present = new ArrayList<>();
        ControlProtection shared = new ControlProtection.None();
        Path crypt = key(openvpn, "tls-crypt", present);
        if (crypt != null) {
            shared = new ControlProtection.TlsCrypt(crypt);
        }
        Path auth = key(openvpn, "tls-auth", present);
        AuthDigest digest = openvpn.value("tls-auth-digest", Values.oneOf(AuthDigest.class), AuthDigest.SHA1);
        AuthDirection direction =
                openvpn.value("tls-auth-direction", Values.oneOf(AuthDirection.class), AuthDirection.ZERO);
        if (auth != null) {
            shared = new ControlProtection.TlsAuth(auth, digest, direction);
        }
        if (openvpn.value("none", Values::bool, false)) {
            present.add("none");
        }
        Path cryptV2 = key(openvpn, "tls-crypt-v2", present);
        keepOne(openvpn, present);
        needs(openvpn, "tls-auth-digest", "tls-auth", auth);
        needs(openvpn, "tls-auth-direction", "tls-auth", auth);
        Duration maxAge = openvpn.value("tls-crypt-v2-max-age", Values.duration(DAY, MAX_KEY_AGE), Duration.ZERO);
        needs(openvpn, "tls-crypt-v2-max-age", "tls-crypt-v2", cryptV2);
        return cryptV2 == null ? shared : new ControlProtection.TlsCryptV2(cryptV2, maxAge, shared);
    }

    /**
     * tls-crypt-v2 may stand beside one of the others, whose clients are being moved to it; a packet's opcode tells
     * them apart.
     */
    private void keepOne(Section openvpn, List<String> present) {
        boolean together = present.size() == 2 && present.contains("tls-crypt-v2") && !present.contains("none");
        if (present.size() > 1 && !together) {
            findings.mistake(
                    openvpn.positionOf(present.getLast()),
                    "protocols.openvpn has " + String.join(" and ", present)
                            + "; keep one (tls-crypt-v2 may stand beside tls-crypt or tls-auth)");
        }
    }

    private void needs(Section openvpn, String key, String other, @Nullable Path there) {
        if (there == null && openvpn.has(key)) {
            findings.mistake(openvpn.positionOf(key), key + " means nothing without " + other + "; remove it");
        }
    }

    /** {@code tls-crypt: none} is as good as none at all. */
    private @Nullable Path key(Section openvpn, String key, List<String> present) {
        Path path = openvpn.optional(key, Values.path(base));
        if (path == null || path.equals(base.resolve("none"))) {
            return null;
        }
        present.add(key);
        return path;
    }
}
