package io.sallyport.openvpn.control;

import io.sallyport.core.octets.Secret;
import io.sallyport.core.tls.TlsEndpoint;

/** Where a data key comes from: TLS itself. Clients before 2.6 know another way, of the octets in both key method 2 messages. */
final class DataKeys {
    /** Two directions of a cipher key and an HMAC key, 64 octets each. */
    static final int OCTETS = 256;

    private static final String LABEL = "EXPORTER-OpenVPN-datakeys";

    private DataKeys() {}

    static Secret exported(TlsEndpoint tls) {
        return tls.export(LABEL, null, OCTETS);
    }
}
