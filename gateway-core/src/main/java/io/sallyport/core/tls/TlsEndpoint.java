package io.sallyport.core.tls;

import io.sallyport.core.octets.Secret;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One end of a TLS connection (1.2 or 1.3) without any I/O: whoever owns it carries the octets. One caller at a time.
 *
 * <pre>
 *   peer → {@link #feed} → {@link #read} → application
 *   application → {@link #write} → {@link #drain} → peer
 * </pre>
 *
 * <p>{@link #progress} moves the connection on as far as it goes without waiting, and says what it needs. Expensive steps (signatures, key exchange, path building) are
 * not done inside: {@link Progress.HasTask} hands them out, so that they run where packets do not wait for them. While a task runs, {@link #feed}, {@link #drain}
 * and {@link #read} may be called, {@link #progress} not.
 *
 * <p>Nothing here throws because of what the peer sent: it becomes {@link Progress.Failed}, with an alert left in {@link #drain} for the peer.
 */
public interface TlsEndpoint extends AutoCloseable {
    /** Takes ciphertext from the peer. False when more is waiting unread than the bound allows: the connection should be given up. */
    boolean feed(byte[] ciphertext, int offset, int length);

    /** Octets of ciphertext that wait for {@link #drain}. */
    int pending();

    /** Takes up to {@code limit} octets of ciphertext for the peer; an empty array when there are none. */
    byte[] drain(int limit);

    /**
     * Takes the plaintext of the next record from the peer, or null when there is none. A peer that wrote a message at once, of 16 KiB at most, is read at once.
     */
    byte @Nullable [] read();

    /** Sends plaintext; after the handshake only. False when the bound on what waits for {@link #drain} is reached, or the connection has ended: then nothing was taken. */
    boolean write(byte[] plaintext, int offset, int length);

    /** Moves on as far as possible. */
    Progress progress();

    /** Sends close_notify, which is then in {@link #drain}. */
    void finish();

    /**
     * Exported keying material (RFC 5705, RFC 8446 §7.5); after the handshake only.
     *
     * @param context null for none, which TLS 1.2 tells apart from an empty one
     */
    Secret export(String label, byte @Nullable [] context, int length);

    /** The peer's chain, leaf first, whose private key it has proven; empty when it sent none. After the handshake only. */
    List<X509Certificate> peerChain();

    /** As {@code TLSv1.3}; after the handshake only. */
    String version();

    /** As {@code TLS_AES_256_GCM_SHA384}; after the handshake only. */
    String cipherSuite();

    /** Forgets everything; sends nothing. */
    @Override
    void close();

    /** Where the connection stands. */
    sealed interface Progress {
        /** Nothing to do before the peer sends more. The handshake is not finished. */
        record NeedsInput() implements Progress {}

        /** Run this anywhere, then call {@link TlsEndpoint#progress} again. */
        record HasTask(Runnable task) implements Progress {}

        /** The handshake is done and plaintext flows. */
        record Open() implements Progress {}

        /** The peer closed its direction in order. */
        record Closed() implements Progress {}

        /**
         * It ended by an error.
         *
         * @param alert whether the peer sent the alert, or we did
         * @param reason for our log
         */
        record Failed(Origin alert, String reason) implements Progress {}

        enum Origin {
            PEER,
            OURS
        }
    }
}
