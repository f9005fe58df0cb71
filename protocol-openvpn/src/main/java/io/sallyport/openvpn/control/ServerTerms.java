package io.sallyport.openvpn.control;

import io.sallyport.openvpn.wire.DataCipher;
import java.time.Duration;
import java.util.List;

/**
 * What the gateway asks of every client and offers to it.
 *
 * @param ciphers in the order of preference
 * @param require which credentials a client must bring
 * @param pingSeconds pushed as {@code ping}
 * @param pingRestartSeconds pushed as {@code ping-restart}
 * @param tunMtu of the inner network, pushed as {@code tun-mtu}
 * @param renegotiateAfter the gateway begins a renegotiation itself; zero for never
 * @param handshakeWithin from the first packet of a key to its data key
 * @param datagrams whether the transport is UDP (explicit-exit-notify is pushed)
 */
public record ServerTerms(
        List<DataCipher> ciphers,
        Require require,
        int pingSeconds,
        int pingRestartSeconds,
        int tunMtu,
        Duration renegotiateAfter,
        Duration handshakeWithin,
        boolean datagrams) {
    /** Which credentials a client must bring. */
    public enum Require {
        ANY,
        CERTIFICATE,
        PASSWORD,
        BOTH
    }

    /** An authenticator that thinks for so long is worth telling the client of. */
    static final long PATIENCE_NANOS = 10_000_000_000L;

    /** The most that an authenticator may take for a client that connects: a user may have to find a telephone. */
    static final long DECISION_NANOS = 180_000_000_000L;

    /** What is left for the rest of the handshake, however late the decision came. */
    static final long AFTER_DECISION_NANOS = 20_000_000_000L;

    public static final List<DataCipher> ALL_CIPHERS =
            List.of(DataCipher.AES_256_GCM, DataCipher.AES_128_GCM, DataCipher.CHACHA20_POLY1305);

    public ServerTerms {
        ciphers = List.copyOf(ciphers);
    }

    /** The usual terms. */
    public static ServerTerms standard(boolean datagrams) {
        return new ServerTerms(
                ALL_CIPHERS, Require.ANY, 10, 60, 1400, Duration.ofHours(1), Duration.ofSeconds(60), datagrams);
    }
}
