package io.sallyport.daemon.wiring;

import io.sallyport.core.tls.JsseTls;
import io.sallyport.core.tls.TlsCredentials;
import io.sallyport.core.tls.TlsSettings;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.pki.Pem;
import io.sallyport.daemon.pki.PemException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;

/** TLS with the gateway's own certificate. */
final class ServerTls {
    private ServerTls() {}

    /**
     * For clients that may have a certificate too: OpenVPN's control channel and EAP-TLS.
     *
     * @param clientRoots what clients are told that their certificates should lead to
     */
    static JsseTls of(GatewayConfig config, List<X509Certificate> clientRoots) throws StartException {
        try {
            return JsseTls.server(
                    new TlsSettings(TlsSettings.Versions.TLS_1_2_OR_1_3, credentials(config), clientRoots, true, null));
        } catch (GeneralSecurityException e) {
            throw unusable(config, e);
        }
    }

    static TlsCredentials credentials(GatewayConfig config) throws StartException {
        GatewayConfig.KeyFiles files = config.gateway().certificate();
        try {
            return new TlsCredentials(Pem.certificates(files.chain()), Pem.privateKey(files.key()));
        } catch (PemException e) {
            throw StartException.because(e);
        }
    }

    static StartException unusable(GatewayConfig config, GeneralSecurityException why) {
        return new StartException("The server certificate "
                + config.gateway().certificate().chain() + " cannot be used for TLS: " + why.getMessage()
                + "; replace it.");
    }
}
