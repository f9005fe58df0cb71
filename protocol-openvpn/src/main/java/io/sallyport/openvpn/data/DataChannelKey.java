package io.sallyport.openvpn.data;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.crypto.Aead;
import io.sallyport.core.crypto.PacketCipherProvider;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.DataFormat;
import io.sallyport.openvpn.wire.DataPacket;
import org.jspecify.annotations.Nullable;

/**
 * One negotiated key of the data channel, both directions. Packets are sealed and opened where they are, because every packet has room before and after it.
 * Allocates nothing per packet; belongs to one worker.
 */
public sealed interface DataChannelKey extends AutoCloseable permits PacketIdKey, EpochKey {
    /** A key that met so many packets that were not authentic is given up (draft-irtf-cfrg-aead-limits). */
    long MAX_FORGERIES = 1L << 36;

    /** From here on a new key is asked for. */
    long SOFT_FORGERIES = MAX_FORGERIES / 8 * 7;

    /**
     * @param keyId 0..7, as in the packets
     * @param peerId what sealed packets carry, or {@link DataPacket#NO_PEER_ID} to seal DATA_V1, which the epoch format cannot
     * @param material copied; the caller wipes its own
     */
    static DataChannelKey of(
            DataFormat format,
            int keyId,
            int peerId,
            DataCipher cipher,
            KeyMaterial material,
            KeyMaterial.End end,
            PacketCipherProvider provider) {
        return switch (format) {
            case PACKET_ID -> new PacketIdKey(keyId, peerId, cipher, material, end, provider);
            case EPOCH -> new EpochKey(keyId, peerId, cipher, material, end, provider);
        };
    }

    int keyId();

    DataCipher cipher();

    /** Octets that a sealed packet has more than what is in it. */
    int overhead();

    /** Whether one direction is so far used that a new key should be negotiated now. */
    boolean nearItsEnd();

    /**
     * Seals the readable octets in place; the packet grows at both ends, by {@link #overhead} in sum, and the room must be there. Null when that is done, or why the packet
     * must be dropped.
     */
    @Nullable
    Verdict seal(ByteBuf packet);

    /**
     * Opens a data packet, all that is readable in {@code from}. In place when {@code to} is the same buffer: the readable octets are then what was sealed. Otherwise
     * they are written at the writer index of {@code to}, and {@code from} stays as it is. Null when that is done, or why the packet must be dropped.
     */
    @Nullable
    Verdict open(ByteBuf from, ByteBuf to);

    /** Wipes it. */
    @Override
    void close();

    /** What a cipher of the data channel is to the core. */
    static Aead aead(DataCipher cipher) {
        return switch (cipher) {
            case AES_256_GCM -> Aead.AES_256_GCM;
            case AES_128_GCM -> Aead.AES_128_GCM;
            case CHACHA20_POLY1305 -> Aead.CHACHA20_POLY1305;
        };
    }
}
