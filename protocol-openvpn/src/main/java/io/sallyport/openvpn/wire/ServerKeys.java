package io.sallyport.openvpn.wire;

import org.jspecify.annotations.Nullable;

/**
 * The keys around the control channels of a server. Both may be there, for clients that are moved from one to the
 * other: a packet's opcode tells which it is under.
 *
 * @param shared that all clients have; null for none
 * @param own under which clients' own keys are wrapped (tls-crypt-v2); null for none
 * @param ownMaxAgeSeconds how old a client's own key may be; then keys without a timestamp are refused; 0 for any age
 */
public record ServerKeys(
        WrapKey.@Nullable Shared shared, @Nullable ServerKeyV2 own, long ownMaxAgeSeconds) implements AutoCloseable {
    /** TLS alone. */
    public static final ServerKeys NONE = new ServerKeys(null, null, 0);

    /** One key for everybody, by tls-crypt. */
    public static ServerKeys tlsCrypt(StaticKey key) {
        return new ServerKeys(new WrapKey.ForTlsCrypt(key), null, 0);
    }

    @Override
    public void close() {
        if (shared != null) {
            shared.close();
        }
        if (own != null) {
            own.close();
        }
    }
}
