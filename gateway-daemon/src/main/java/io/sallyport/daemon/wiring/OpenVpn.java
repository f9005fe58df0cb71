package io.sallyport.daemon.wiring;

import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.JsseTls;
import io.sallyport.core.tls.TlsContext;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.tls.TlsSettings;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.GatewayConfig.ControlProtection;
import io.sallyport.daemon.pki.Pem;
import io.sallyport.daemon.pki.PemException;
import io.sallyport.daemon.pki.TlsCryptKey;
import io.sallyport.openvpn.control.ServerTerms.Require;
import io.sallyport.openvpn.server.OpenVpnLimits;
import io.sallyport.openvpn.server.OpenVpnSettings;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.StaticKey;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** OpenVPN's part of the configuration in the server's terms. */
final class OpenVpn {
    private static final Duration HANDSHAKE_WITHIN = Duration.ofSeconds(60);

    private OpenVpn() {}

    static OpenVpnSettings settings(GatewayConfig config, List<X509Certificate> clientRoots) throws StartException {
        GatewayConfig.OpenVpn openvpn = config.protocols().openvpn();
        return new OpenVpnSettings(
                tls(config, clientRoots),
                openvpn.dataCiphers().stream().map(OpenVpn::cipher).toList(),
                require(openvpn.require()),
                (int) openvpn.ping().toSeconds(),
                (int) openvpn.pingRestart().toSeconds(),
                openvpn.renegotiate(),
                HANDSHAKE_WITHIN,
                openvpn.mssfix(),
                OpenVpnLimits.DEFAULT);
    }

    /** The key around the control channel, or null for none; the caller closes it. */
    static @Nullable StaticKey tlsCrypt(GatewayConfig config) throws StartException {
        return switch (config.protocols().openvpn().control()) {
            case ControlProtection.None() -> null;
            case ControlProtection.TlsCrypt(var file) -> {
                try {
                    yield new StaticKey(Secret.taking(TlsCryptKey.read(file)));
                } catch (PemException e) {
                    throw StartException.because(e);
                }
            }
            case ControlProtection.TlsAuth _, ControlProtection.TlsCryptV2 _ ->
                throw new StartException(
                        "tls-auth and tls-crypt-v2 are not supported yet; use protocols.openvpn.tls-crypt or none");
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

    private static TlsContext tls(GatewayConfig config, List<X509Certificate> clientRoots) throws StartException {
        GatewayConfig.KeyFiles files = config.gateway().certificate();
        try {
            TlsCredentials credentials =
                    new TlsCredentials(Pem.certificates(files.chain()), Pem.privateKey(files.key()));
            return JsseTls.server(
                    new TlsSettings(TlsSettings.Versions.TLS_1_2_OR_1_3, credentials, clientRoots, true, null));
        } catch (PemException e) {
            throw StartException.because(e);
        } catch (GeneralSecurityException e) {
            throw new StartException("The server certificate " + files.chain() + " cannot be used for TLS: "
                    + e.getMessage() + "; replace it.");
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
