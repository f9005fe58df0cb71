package io.sallyport.openvpn.control;

import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.TlsEndpoint;

/**
 * Where keys come from: TLS itself. Clients before 2.6 know another way for data keys, of the octets in both key method
 * 2 messages.
 */
final class DataKeys {
    /** Two directions of a cipher key and an HMAC key, 64 octets each. */
    static final int OCTETS = 256;

    private static final String LABEL = "EXPORTER-OpenVPN-datakeys";
    private static final String DYNAMIC_TLS_CRYPT_LABEL = "EXPORTER-OpenVPN-dynamic-tls-crypt";

    private DataKeys() {}

    static Secret exported(TlsEndpoint tls) {
        return tls.export(LABEL, null, OCTETS);
    }

    /** For the control packets of later keys. */
    static Secret dynamicTlsCrypt(TlsEndpoint tls) {
        return tls.export(DYNAMIC_TLS_CRYPT_LABEL, null, OCTETS);
    }
}
