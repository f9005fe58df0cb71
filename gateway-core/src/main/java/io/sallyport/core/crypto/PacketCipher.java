package io.sallyport.core.crypto;

import io.netty.buffer.ByteBuf;

/**
 * One key in one direction, on one worker. Not thread-safe; allocates nothing per packet.
 *
 * <p>The additional data and the tag live in the wire packet, wherever its format puts them (OpenVPN: tag before the
 * ciphertext; ESP: after it), so both are given as positions: in {@code to} when sealing, in {@code from} when opening. Indices
 * are absolute; reader and writer indices are neither used nor moved. Source and destination may be the same buffer at the same
 * index when {@link #worksInPlace} says that this is the faster way; it is correct either way.
 */
public interface PacketCipher extends AutoCloseable {
    /**
     * Encrypts {@code length} octets of {@code from} at {@code fromIndex} into {@code to} at {@code toIndex}, authenticates
     * {@code aadLength} octets of {@code to} at {@code aadIndex} with them, and writes the tag into {@code to} at {@code tagIndex}.
     *
     * @param nonce {@link Aead#NONCE_OCTETS} octets, never the same twice under one key
     */
    void seal(
            byte[] nonce,
            ByteBuf from,
            int fromIndex,
            int length,
            ByteBuf to,
            int toIndex,
            int aadIndex,
            int aadLength,
            int tagIndex);

    /**
     * Decrypts and verifies; additional data and tag are in {@code from}. On {@code false} what stands in the destination is
     * undefined and must not be used.
     */
    boolean open(
            byte[] nonce,
            ByteBuf from,
            int fromIndex,
            int length,
            int aadIndex,
            int aadLength,
            int tagIndex,
            ByteBuf to,
            int toIndex);

    boolean worksInPlace();

    /** Wipes the key. */
    @Override
    void close();
}
