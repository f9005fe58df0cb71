package io.sallyport.daemon.wiring;

import io.sallyport.core.auth.TokenIssuer;
import io.sallyport.core.octets.Secret;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.GatewayConfig.AuthDigest;
import io.sallyport.daemon.config.GatewayConfig.AuthDirection;
import io.sallyport.daemon.config.GatewayConfig.ControlProtection;
import io.sallyport.daemon.pki.Pem;
import io.sallyport.daemon.pki.PemException;
import io.sallyport.daemon.pki.TlsCryptKey;
import io.sallyport.daemon.pki.TlsCryptV2Key;
import io.sallyport.openvpn.control.ServerTerms.Require;
import io.sallyport.openvpn.server.OpenVpnLimits;
import io.sallyport.openvpn.server.OpenVpnSettings;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.HmacDigest;
import io.sallyport.openvpn.wire.KeyDirection;
import io.sallyport.openvpn.wire.ServerKeys;
import io.sallyport.openvpn.wire.StaticKey;
import io.sallyport.openvpn.wire.WrapKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** OpenVPN's part of the configuration in the server's terms. */
final class OpenVpn {
    private static final Duration HANDSHAKE_WITHIN = Duration.ofSeconds(60);

    private OpenVpn() {}

    static OpenVpnSettings settings(GatewayConfig config, List<X509Certificate> clientRoots, TokenIssuer tokens)
            throws StartException {
        GatewayConfig.OpenVpn openvpn = config.protocols().openvpn();
        return new OpenVpnSettings(
                ServerTls.of(config, clientRoots),
                openvpn.dataCiphers().stream().map(OpenVpn::cipher).toList(),
                require(openvpn.require()),
                (int) openvpn.ping().toSeconds(),
                (int) openvpn.pingRestart().toSeconds(),
                openvpn.renegotiate(),
                HANDSHAKE_WITHIN,
                openvpn.mssfix(),
                OpenVpnLimits.DEFAULT,
                tokens);
    }

    /** The keys around the control channels; the caller closes them. */
    static ServerKeys keys(GatewayConfig config) throws StartException {
        try {
            return keys(config.protocols().openvpn().control());
        } catch (PemException e) {
            throw StartException.because(e);
        }
    }

    /** Another one when what is in the key files is; tells nothing of it. Null when they cannot be read. */
    static @Nullable String keyMark(GatewayConfig config) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files(config.protocols().openvpn().control())) {
                try (Secret octets = Secret.taking(Files.readAllBytes(file))) {
                    digest.update(octets.expose());
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            return null;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Path> files(ControlProtection control) {
        return switch (control) {
            case ControlProtection.None() -> List.of();
            case ControlProtection.TlsCrypt(Path file) -> List.of(file);
            case ControlProtection.TlsAuth(Path file, var _, var _) -> List.of(file);
            case ControlProtection.TlsCryptV2(Path file, var _, ControlProtection others) ->
                Stream.concat(Stream.of(file), files(others).stream()).toList();
        };
    }

    private static ServerKeys keys(ControlProtection control) throws PemException {
        return switch (control) {
            case ControlProtection.None() -> ServerKeys.NONE;
            case ControlProtection.TlsCrypt(Path file) ->
                ServerKeys.tlsCrypt(new StaticKey(Secret.taking(TlsCryptKey.read(file))));
            case ControlProtection.TlsAuth(Path file, AuthDigest digest, AuthDirection direction) ->
                new ServerKeys(
                        new WrapKey.ForTlsAuth(
                                new StaticKey(Secret.taking(TlsCryptKey.read(file))),
                                digest(digest),
                                direction(direction)),
                        null,
                        0);
            case ControlProtection.TlsCryptV2(Path file, Duration maxAge, ControlProtection others) ->
                new ServerKeys(keys(others).shared(), TlsCryptV2Key.read(file), maxAge.toSeconds());
        };
    }

    private static HmacDigest digest(AuthDigest digest) {
        return switch (digest) {
            case SHA1 -> HmacDigest.SHA1;
            case SHA256 -> HmacDigest.SHA256;
            case SHA512 -> HmacDigest.SHA512;
        };
    }

    private static KeyDirection direction(AuthDirection direction) {
        return switch (direction) {
            case ZERO -> KeyDirection.NORMAL;
            case ONE -> KeyDirection.INVERSE;
            case NONE -> KeyDirection.BIDIRECTIONAL;
        };
    }

    /** The server's own. */
    static X509Certificate certificate(GatewayConfig config) throws StartException {
        Path chain = config.gateway().certificate().chain();
        try {
            return Pem.certificates(chain).getFirst();
        } catch (PemException e) {
            throw new StartException(chain + " " + e.getMessage() + ".");
        }
    }

    private static DataCipher cipher(GatewayConfig.DataCipher cipher) {
        return switch (cipher) {
            case AES_256_GCM -> DataCipher.AES_256_GCM;
            case AES_128_GCM -> DataCipher.AES_128_GCM;
            case CHACHA20_POLY1305 -> DataCipher.CHACHA20_POLY1305;
        };
    }

    private static Require require(GatewayConfig.Require require) {
        return switch (require) {
            case ANY -> Require.ANY;
            case CERTIFICATE -> Require.CERTIFICATE;
            case PASSWORD -> Require.PASSWORD;
            case BOTH -> Require.BOTH;
        };
    }
}
