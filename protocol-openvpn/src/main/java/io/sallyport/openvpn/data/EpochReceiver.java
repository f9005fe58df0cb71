package io.sallyport.openvpn.data;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.crypto.Aead;
import io.sallyport.core.crypto.PacketCipher;
import io.sallyport.core.crypto.PacketCipherProvider;
import io.sallyport.core.crypto.ReplayWindow;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.worker.Verdict;
import org.jspecify.annotations.Nullable;

/** What opens the packets of one epoch. Most of these are for epochs that never come, so the cipher is made for the first packet. */
final class EpochReceiver implements AutoCloseable {
    private final int epoch;
    private final Aead aead;
    private final PacketCipherProvider provider;
    private final EpochNonce nonce;
    private final KeyUse opened;
    private final ReplayWindow replay = new ReplayWindow();
    private @Nullable Secret key;
    private @Nullable PacketCipher cipher;
    private long forgeries;

    EpochReceiver(EpochSecret secret, Aead aead, PacketCipherProvider provider) {
        this.epoch = secret.epoch();
        this.aead = aead;
        this.provider = provider;
        this.nonce = EpochNonce.of(secret);
        this.key = secret.key(aead.keyOctets());
        this.opened = KeyUse.ofEpoch(aead);
    }

    int epoch() {
        return epoch;
    }

    /** Whether so much came with this key, good or bad, that the sender should take the next one. */
    boolean nearItsEnd() {
        return opened.nearItsEnd() || forgeries >= DataChannelKey.SOFT_FORGERIES;
    }

    /**
     * Opens what stands at {@code sealedIndex} with the tag behind it; what is before it from the reader index on is additional data.
     *
     * @param counter epoch and packet id, as in the packet
     * @param length of the plaintext
     */
    @Nullable
    Verdict open(ByteBuf from, long counter, int sealedIndex, int length, ByteBuf to, int openedIndex) {
        if (forgeries >= DataChannelKey.MAX_FORGERIES) {
            return Verdict.KEY_UNKNOWN;
        }
        long packetId = counter & KeyUse.MAX_EPOCH_PACKETS;
        if (packetId == 0 || !replay.check(packetId)) {
            return Verdict.REPLAYED;
        }
        int aadIndex = from.readerIndex();
        boolean authentic = cipher().open(
                        nonce.at(counter),
                        from,
                        sealedIndex,
                        length,
                        aadIndex,
                        sealedIndex - aadIndex,
                        sealedIndex + length,
                        to,
                        openedIndex);
        if (!authentic) {
            forgeries++;
            return Verdict.NOT_AUTHENTIC;
        }
        replay.mark(packetId);
        opened.count(packetId, length);
        return null;
    }

    private PacketCipher cipher() {
        PacketCipher made = cipher;
        return made == null ? firstCipher() : made;
    }

    private PacketCipher firstCipher() {
        Secret from = key;
        if (from == null) {
            throw new IllegalStateException("an epoch's key used after it was wiped");
        }
        PacketCipher made = provider.opening(aead, from);
        cipher = made;
        from.close();
        key = null;
        return made;
    }

    /** For tests. */
    KeyUse opened() {
        return opened;
    }

    /** Counts packets that were not authentic, for tests. */
    void forged(long packets) {
        forgeries += packets;
    }

    @Override
    public void close() {
        if (key != null) {
            key.close();
            key = null;
        }
        if (cipher != null) {
            cipher.close();
            cipher = null;
        }
        nonce.close();
    }
}
