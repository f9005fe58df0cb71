package io.sallyport.daemon.config;

import io.sallyport.core.address.IpPrefix;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configuration file, bound and with its defaults; paths are absolute or relative to the working directory, as the file's own path was given. Keys are these
 * components in kebab case. Beyond the sample of {@code init} there are {@code gateway.ca}, {@code listen.tls-terminated}, {@code listen.proxy-protocol},
 * {@code listen.ike-port}, {@code listen.natt-port}, {@code protocols.sstp.authentication}, {@code .allow-sha1}, {@code .terminator-certificates},
 * {@code protocols.openvpn.tls-auth}, {@code .tls-auth-digest}, {@code .tls-auth-direction}, {@code .tls-crypt-v2},
 * {@code .tls-crypt-v2-max-age}, {@code .data-ciphers}, {@code .renegotiate}, {@code .ping}, {@code .ping-restart},
 * {@code .mssfix}, {@code .auth-token}, {@code addresses.isolation}, {@code sessions},
 * {@code crypto.provider}, {@code workers} and {@code network.memory}.
 */
public record GatewayConfig(
        Path file,
        Gateway gateway,
        Listen listen,
        Protocols protocols,
        Addresses addresses,
        Auth auth,
        Network network,
        SessionRules sessions,
        Log log,
        Duration drain,
        Metrics metrics,
        CryptoProvider crypto,
        int workers) {

    /** {@code workers: auto}: as many as there are cores. */
    public static final int AUTO = 0;

    /** {@code name} is what clients connect to: a host name or an address. */
    public record Gateway(String name, Sku sku, Path state, KeyFiles certificate, KeyFiles ca) {}

    /** A PEM certificate chain, leaf first, and its unencrypted PEM key. */
    public record KeyFiles(Path chain, Path key) {}

    /** Session and throughput limits by their Azure names; {@link #LIMITLESS} is ours. */
    public enum Sku {
        LIMITLESS("unlimited", Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE),
        BASIC("Basic", 128, 0, 100),
        VPN_GW1("VpnGw1", 128, 250, 650),
        VPN_GW2("VpnGw2", 128, 500, 1_000),
        VPN_GW3("VpnGw3", 128, 1_000, 1_250),
        VPN_GW4("VpnGw4", 128, 5_000, 5_000),
        VPN_GW5("VpnGw5", 128, 10_000, 10_000);

        private final String text;
        private final int sstpSessions;
        private final int otherSessions;
        private final int megabitsPerSecond;

        Sku(String text, int sstpSessions, int otherSessions, int megabitsPerSecond) {
            this.text = text;
            this.sstpSessions = sstpSessions;
            this.otherSessions = otherSessions;
            this.megabitsPerSecond = megabitsPerSecond;
        }

        public int sstpSessions() {
            return sstpSessions;
        }

        /** IKEv2 and OpenVPN together. */
        public int otherSessions() {
            return otherSessions;
        }

        public int megabitsPerSecond() {
            return megabitsPerSecond;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * An empty list: not listened.
     *
     * @param tls TCP, shared by SSTP and OpenVPN
     * @param tlsTerminated SSTP without TLS, which a terminator before the gateway has ended
     * @param proxyProtocol whose TCP connections begin with a PROXY header that says who the client is
     * @param openvpn UDP
     */
    public record Listen(
            List<InetSocketAddress> tls,
            List<InetSocketAddress> tlsTerminated,
            List<IpPrefix> proxyProtocol,
            List<InetSocketAddress> openvpn,
            List<InetAddress> ike,
            int ikePort,
            int nattPort) {}

    public record Protocols(Sstp sstp, OpenVpn openvpn, boolean ikev2) {}

    /**
     * {@code mssfix}: octets of the largest datagram that inner TCP may make, 0 for what the tunnel's MTU gives. {@code authToken}: for how long a token stands for a password, zero for
     * none.
     */
    public record OpenVpn(
            boolean enabled,
            ControlProtection control,
            Require require,
            List<DataCipher> dataCiphers,
            Duration renegotiate,
            Duration ping,
            Duration pingRestart,
            int mssfix,
            Duration authToken) {}

    /** How OpenVPN's control channel is wrapped. */
    public sealed interface ControlProtection {
        /** {@code none: true}: TLS alone. */
        record None() implements ControlProtection {}

        /** One key for all clients, in OpenVPN's static key format. */
        record TlsCrypt(Path key) implements ControlProtection {}

        /** The same, which authenticates only; {@code direction} is the gateway's. */
        record TlsAuth(Path key, AuthDigest digest, AuthDirection direction) implements ControlProtection {}

        /**
         * A key of its own for each client, wrapped under this one.
         *
         * @param maxAge of clients' keys; zero for any
         * @param others for clients that are not yet moved to keys of their own; never another of these
         */
        record TlsCryptV2(Path key, Duration maxAge, ControlProtection others) implements ControlProtection {}
    }

    /** {@code tls-auth-digest}: what clients have as {@code auth}. */
    public enum AuthDigest {
        SHA1,
        SHA256,
        SHA512
    }

    /** {@code tls-auth-direction}: the gateway's {@code key-direction}. */
    public enum AuthDirection {
        ZERO("0"),
        ONE("1"),
        NONE("none");

        private final String text;

        AuthDirection(String text) {
            this.text = text;
        }

        /** The clients'. */
        public AuthDirection opposite() {
            return switch (this) {
                case ZERO -> ONE;
                case ONE -> ZERO;
                case NONE -> NONE;
            };
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** What an OpenVPN client must show. */
    public enum Require {
        ANY,
        CERTIFICATE,
        PASSWORD,
        BOTH
    }

    /** In the order of preference that the file gives. */
    public enum DataCipher {
        AES_256_GCM("AES-256-GCM"),
        AES_128_GCM("AES-128-GCM"),
        CHACHA20_POLY1305("CHACHA20-POLY1305");

        private final String text;

        DataCipher(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** {@code isolation}: clients cannot reach each other. */
    public record Addresses(
            List<IpPrefix> pools,
            List<InetAddress> dns,
            @Nullable String dnsDomain,
            List<IpPrefix> routes,
            boolean isolation) {}

    public record Auth(
            List<Method> methods,
            List<Path> roots,
            List<String> revoked,
            @Nullable Path users,
            Radius radius) {
        /** Whether any protocol may ask for a password. */
        public boolean hasPasswordMethod() {
            return methods.contains(Method.LOCAL) || methods.contains(Method.RADIUS);
        }
    }

    public enum Method {
        CERTIFICATE,
        LOCAL,
        RADIUS
    }

    public record Radius(List<RadiusServer> servers, Duration timeout) {}

    public record RadiusServer(String host, int port, Path secretFile) {}

    /**
     * {@code sessions}: how many one user may have and how long they last.
     *
     * @param perUser 0 for as many as there are
     * @param timeout zero for none
     * @param idleTimeout zero for none
     */
    public record SessionRules(SameUser sameUser, int perUser, Duration timeout, Duration idleTimeout) {}

    /** What becomes of a user who connects once more: allowed as far as {@code per-user} goes, or in place of the oldest session. */
    public enum SameUser {
        ALLOW,
        REPLACE
    }

    public record Network(Device device, boolean masquerade, IpForward ipForward) {}

    /** Where inner packets go. */
    public sealed interface Device {
        record Tun(String name, int mtu) implements Device {}

        /** No device: a network in memory, for tests and the demo. */
        record Memory(int mtu) implements Device {}

        int mtu();
    }

    /** AUTO and ON: set while running and put back after; OFF: the host's setting stays as it is. */
    public enum IpForward {
        AUTO,
        ON,
        OFF
    }

    /** {@code file}: instead of standard output; begun anew at {@code maxSize} octets, of which {@code keep} older ones stay. */
    public record Log(
            LogFormat format, LogLevel level, @Nullable Path file, long maxSize, int keep) {}

    public enum LogFormat {
        TEXT,
        JSON
    }

    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /** No address: no endpoint. */
    public record Metrics(@Nullable InetSocketAddress prometheus) {}

    public enum CryptoProvider {
        AUTO("auto"),
        JAVAX_CRYPTO("javax.crypto"),
        OPENSSL("openssl");

        private final String text;

        CryptoProvider(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
