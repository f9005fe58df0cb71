package io.sallyport.openvpn.wire;

import io.sallyport.core.octets.Secret;

/**
 * What {@code openvpn --genkey tls-crypt-v2-server} writes: the key under which clients' own keys are wrapped, so that
 * a server keeps none of them.
 *
 * @param octets 128: 64 for a cipher and 64 for an HMAC, of which the first 32 are used
 */
public record ServerKeyV2(Secret octets) implements AutoCloseable {
    public static final int OCTETS = 128;

    static final int CIPHER_KEY_AT = 0;
    static final int HMAC_KEY_AT = 64;

    private static final String NAME = "OpenVPN tls-crypt-v2 server key";

    public ServerKeyV2 {
        if (octets.length() != OCTETS) {
            throw new IllegalArgumentException("a tls-crypt-v2 server key of " + octets.length() + " octets");
        }
    }

    /** Reads a key file. */
    public static ServerKeyV2 parse(String text) throws WireException {
        byte[] octets = PemKey.parse(text, NAME);
        PemKey.need(octets.length == OCTETS, octets, NAME);
        return new ServerKeyV2(Secret.taking(octets));
    }

    /** A key file. */
    public String toText() {
        return PemKey.text(NAME, octets.expose());
    }

    /** A client's key file, as {@code openvpn --genkey tls-crypt-v2-client} writes it. */
    public ClientKeyV2 wrap(StaticKey client, KeyMetadata metadata) {
        return new ClientKeyV2(client.copy(), WrappedKey.seal(this, client, metadata, new WrapCrypto()), true);
    }

    ServerKeyV2 copy() {
        return new ServerKeyV2(octets.slice(0, OCTETS));
    }

    @Override
    public void close() {
        octets.close();
    }
}
