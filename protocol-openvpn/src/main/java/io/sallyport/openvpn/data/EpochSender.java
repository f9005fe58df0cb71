package io.sallyport.openvpn.data;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.crypto.Aead;
import io.sallyport.core.crypto.PacketCipher;
import io.sallyport.core.crypto.PacketCipherProvider;
import io.sallyport.core.octets.Secret;

/** What seals the packets of one epoch. */
final class EpochSender implements AutoCloseable {
    private final long epoch;
    private final EpochNonce nonce;
    private final PacketCipher cipher;
    private final KeyUse sealed;

    EpochSender(EpochSecret secret, Aead aead, PacketCipherProvider provider) {
        epoch = secret.epoch();
        nonce = EpochNonce.of(secret);
        try (Secret key = secret.key(aead.keyOctets())) {
            cipher = provider.sealing(aead, key);
        }
        sealed = KeyUse.ofEpoch(aead);
    }

    boolean allows(int octets) {
        return sealed.allows(octets);
    }

    boolean nearItsEnd() {
        return sealed.nearItsEnd();
    }

    /** Seals the readable octets where they are; the packet then begins with {@code header} and ends with the tag. */
    void seal(ByteBuf packet, int header) {
        int length = packet.readableBytes();
        int payloadIndex = packet.readerIndex();
        int start = payloadIndex - EpochKey.BEFORE_OCTETS;
        int tagIndex = packet.writerIndex();
        long counter = epoch << EpochKey.PACKET_ID_BITS | sealed.count(length);
        packet.setInt(start, header);
        packet.setLong(start + Integer.BYTES, counter);
        packet.writerIndex(tagIndex + Aead.TAG_OCTETS);
        cipher.seal(
                nonce.at(counter),
                packet,
                payloadIndex,
                length,
                packet,
                payloadIndex,
                start,
                EpochKey.BEFORE_OCTETS,
                tagIndex);
        packet.readerIndex(start);
    }

    /** For tests. */
    KeyUse sealed() {
        return sealed;
    }

    @Override
    public void close() {
        cipher.close();
        nonce.close();
    }
}
