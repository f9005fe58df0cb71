package io.sallyport.openvpn.data;

import io.sallyport.core.octets.Secret;
import io.sallyport.openvpn.wire.KeyMethod2;
import io.sallyport.openvpn.wire.OvpnSessionId;
import java.nio.ByteBuffer;

/**
 * What a data channel's keys are cut from: 256 octets, the client's key and then the server's, each 64 octets for the cipher and 64 for an HMAC. An AEAD
 * takes its key from the first and the last {@value #IMPLICIT_IV_OCTETS} octets of its nonces from the second.
 *
 * @param octets {@value #OCTETS}
 */
public record KeyMaterial(Secret octets) implements AutoCloseable {
    public static final int OCTETS = 256;
    public static final int IMPLICIT_IV_OCTETS = 8;
    /** The label of RFC 5705 under which TLS gives the octets, with no context, where both ends can ({@code tls-ekm}). */
    public static final String EXPORTER_LABEL = "EXPORTER-OpenVPN-datakeys";

    private static final int KEY_OCTETS = 128;
    private static final int HMAC_OFFSET = 64;
    private static final int MASTER_OCTETS = 48;

    /** Which of the two keys an end seals with. */
    public enum End {
        CLIENT(0),
        SERVER(1);

        private final int seals;

        End(int seals) {
            this.seals = seals;
        }

        int sealing() {
            return seals;
        }

        int opening() {
            return 1 - seals;
        }
    }

    public KeyMaterial {
        if (octets.length() != OCTETS) {
            throw new IllegalArgumentException("key material of " + octets.length() + " octets");
        }
    }

    /** The older way, for clients that cannot export from TLS: the PRF of TLS 1.0 (RFC 2246 §5) over what key method 2 exchanged. */
    public static KeyMaterial ofKeyMethod2(
            KeyMethod2.Client client, KeyMethod2.Server server, OvpnSessionId clientId, OvpnSessionId serverId) {
        byte[] ids = ByteBuffer.allocate(2 * OvpnSessionId.OCTETS)
                .putLong(clientId.value())
                .putLong(serverId.value())
                .array();
        try (Secret master = Tls1Prf.derive(
                        client.preMaster(),
                        "OpenVPN master secret",
                        MASTER_OCTETS,
                        client.random1().expose(),
                        server.random1().expose());
                Secret expanded = Tls1Prf.derive(
                        master,
                        "OpenVPN key expansion",
                        OCTETS,
                        client.random2().expose(),
                        server.random2().expose(),
                        ids)) {
            return new KeyMaterial(expanded.slice(0, OCTETS));
        }
    }

    Secret cipherKey(int index, int octetsWanted) {
        return octets.slice(index * KEY_OCTETS, index * KEY_OCTETS + octetsWanted);
    }

    Secret implicitIv(int index) {
        int from = index * KEY_OCTETS + HMAC_OFFSET;
        return octets.slice(from, from + IMPLICIT_IV_OCTETS);
    }

    @Override
    public void close() {
        octets.close();
    }
}
