package io.sallyport.openvpn.control;

import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.TlsEndpoint;
import io.sallyport.openvpn.data.KeyMaterial;

/** Where a data key comes from: TLS itself, or for clients before 2.6 the octets in both key method 2 messages. */
final class DataKeys {
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
}
