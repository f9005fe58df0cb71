package io.sallyport.core.eap;

import io.sallyport.core.auth.EapPackets;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.TlsEndpoint;

/** The keys of EAP-TLS. */
final class EapTlsKeys {
    static final int MSK_OCTETS = 64;

    /** The MSK, and the EMSK after it. */
    private static final int KEY_MATERIAL_OCTETS = 128;

    private EapTlsKeys() {}

    static boolean isTls13(TlsEndpoint endpoint) {
        return endpoint.version().equals("TLSv1.3");
    }

    /**
     * The MSK, once the handshake is done.
     *
     * @throws IllegalStateException when there are no keys to export: in TLS 1.2 without the extended master secret (RFC 7627 §5.4) the peer can force this
     */
    static Secret msk(TlsEndpoint endpoint) {
        // RFC 9190 §2.3: Key_Material = TLS-Exporter("EXPORTER_EAP_TLS_Key_Material", Type, 128)
        // RFC 5216 §2.3: Key_Material = TLS-PRF-128(master_secret, "client EAP encryption", client.random ||
        // server.random)
        try (Secret material = isTls13(endpoint)
                ? endpoint.export("EXPORTER_EAP_TLS_Key_Material", new byte[] {EapPackets.TLS}, KEY_MATERIAL_OCTETS)
                : endpoint.export("client EAP encryption", null, KEY_MATERIAL_OCTETS)) {
            return material.slice(0, MSK_OCTETS);
        }
    }
}
