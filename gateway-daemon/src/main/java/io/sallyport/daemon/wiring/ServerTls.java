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

/** TLS with the gateway's own certificate, for clients that may have one too: OpenVPN's control channel and EAP-TLS. */
final class ServerTls {
    private ServerTls() {}

    /** @param clientRoots what clients are told that their certificates should lead to */
    static JsseTls of(GatewayConfig config, List<X509Certificate> clientRoots) throws StartException {
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
}
