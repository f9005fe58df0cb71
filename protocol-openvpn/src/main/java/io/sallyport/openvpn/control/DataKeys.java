package io.sallyport.openvpn.control;

import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.TlsEndpoint;
import io.sallyport.openvpn.data.KeyMaterial;

/** Where keys come from: TLS itself, or, for the data keys of clients before 2.6, the octets in both key method 2 messages. */
final class DataKeys {
    private static final String DYNAMIC_TLS_CRYPT_LABEL = "EXPORTER-OpenVPN-dynamic-tls-crypt";

    private DataKeys() {}

    /** Two directions of a cipher key and an HMAC key, 64 octets each; what they were made of is wiped. */
    static Secret ofServer(NegotiatedKey key, boolean exported) {
        KeyChannel channel = key.channel;
        try (KeySources sources = key.sources) {
            return exported ? exported(channel.tls()) : sources.derive(channel.theirs(), channel.ours());
        }
    }

    static Secret ofClient(NegotiatedKey key, boolean exported) {
        KeyChannel channel = key.channel;
        try (KeySources sources = key.sources) {
            return exported ? exported(channel.tls()) : sources.derive(channel.ours(), channel.theirs());
        }
    }

    private static Secret exported(TlsEndpoint tls) {
        return tls.export(KeyMaterial.EXPORTER_LABEL, null, KeyMaterial.OCTETS);
    }

    /** For the control packets of later keys. */
    static Secret dynamicTlsCrypt(TlsEndpoint tls) {
        return tls.export(DYNAMIC_TLS_CRYPT_LABEL, null, KeyMaterial.OCTETS);
    }
}
