package io.sallyport.openvpn.wire;

/** A key for what stands around the control channel, as a client holds it. */
public sealed interface WrapKey extends AutoCloseable permits WrapKey.Shared, ClientKeyV2 {
    /** One that the server and all clients have. */
    sealed interface Shared extends WrapKey {
        StaticKey key();

        @Override
        default void close() {
            key().close();
        }
    }

    record ForTlsCrypt(StaticKey key) implements Shared {}

    /** @param direction of the end that holds it */
    record ForTlsAuth(StaticKey key, HmacDigest digest, KeyDirection direction) implements Shared {}

    @Override
    void close();
}
