package io.sallyport.openvpn.data;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.crypto.Aead;
import io.sallyport.core.crypto.PacketCipher;
import io.sallyport.core.crypto.PacketCipherProvider;
import io.sallyport.core.crypto.ReplayWindow;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.DataPacket;
import io.sallyport.openvpn.wire.Opcode;
import org.jspecify.annotations.Nullable;

/**
 * One negotiated key of the data channel, both directions. Packets are sealed and opened where they are, because every packet has room before it; nonces are
 * the packet id and the implicit IV. Allocates nothing per packet; belongs to one worker.
 */
public final class DataChannelKey implements AutoCloseable {
    /** A key that met so many packets that were not authentic is given up (draft-irtf-cfrg-aead-limits). */
    static final long MAX_FORGERIES = 1L << 36;

    private final int keyId;
    private final DataCipher cipher;
    private final int peerId;
    private final PacketCipher sealing;
    private final PacketCipher opening;
    private final byte[] sealingNonce;
    private final byte[] openingNonce;
    private final KeyUse sealed;
    private final KeyUse opened;
    private final ReplayWindow replay = new ReplayWindow();
    private long forgeries;
    private boolean closed;

    /**
     * @param keyId 0..7, as in the packets
     * @param peerId what sealed packets carry, or {@link DataPacket#NO_PEER_ID} to seal DATA_V1
     * @param material copied; the caller wipes its own
     */
    public DataChannelKey(
            int keyId,
            int peerId,
            DataCipher cipher,
            KeyMaterial material,
            KeyMaterial.End end,
            PacketCipherProvider provider) {
        this(keyId, peerId, cipher, material, end, provider, new KeyUse(aead(cipher)));
    }

    DataChannelKey(
            int keyId,
            int peerId,
            DataCipher cipher,
            KeyMaterial material,
            KeyMaterial.End end,
            PacketCipherProvider provider,
            KeyUse sealed) {
        this.keyId = keyId;
        this.peerId = peerId;
        this.cipher = cipher;
        this.sealed = sealed;
        Aead aead = aead(cipher);
        opened = new KeyUse(aead);
        try (Secret sealingKey = material.cipherKey(end.sealing(), aead.keyOctets());
                Secret openingKey = material.cipherKey(end.opening(), aead.keyOctets())) {
            sealing = provider.sealing(aead, sealingKey);
            opening = provider.opening(aead, openingKey);
        }
        sealingNonce = nonce(material, end.sealing());
        openingNonce = nonce(material, end.opening());
    }

    public int keyId() {
        return keyId;
    }

    public DataCipher cipher() {
        return cipher;
    }

    /** Whether one direction is so far used that a new key should be negotiated now. */
    public boolean nearItsEnd() {
        return sealed.nearItsEnd() || opened.nearItsEnd() || forgeries >= MAX_FORGERIES / 8 * 7;
    }

    /**
     * Seals the readable octets in place: the packet then begins {@value DataPacket#V2_OVERHEAD} octets earlier (DATA_V1: {@value
     * DataPacket#V1_OVERHEAD}), which must be there. Null when that is done, or why the packet must be dropped.
     */
    public @Nullable Verdict seal(ByteBuf packet) {
        int length = packet.readableBytes();
        if (closed || !sealed.allows(length)) {
            return Verdict.KEY_UNKNOWN;
        }
        int payloadIndex = packet.readerIndex();
        int tagIndex = payloadIndex - DataPacket.TAG_OCTETS;
        int packetIdIndex = tagIndex - DataPacket.PACKET_ID_OCTETS;
        int packetId = (int) sealed.count(length);
        packet.setInt(packetIdIndex, packetId);
        setPacketId(sealingNonce, packetId);
        int start;
        int aadIndex;
        if (peerId == DataPacket.NO_PEER_ID) {
            start = packetIdIndex - 1;
            aadIndex = packetIdIndex;
            packet.setByte(start, Opcode.DATA_V1.firstOctet(keyId));
        } else {
            start = packetIdIndex - 1 - DataPacket.PEER_ID_OCTETS;
            aadIndex = start;
            packet.setInt(start, DataPacket.v2Header(keyId, peerId));
        }
        sealing.seal(
                sealingNonce,
                packet,
                payloadIndex,
                length,
                packet,
                payloadIndex,
                aadIndex,
                tagIndex - aadIndex,
                tagIndex);
        packet.readerIndex(start);
        return null;
    }

    /**
     * Opens a DATA_V1 or DATA_V2, all that is readable in {@code from}. In place when {@code to} is the same buffer: the readable octets are then what was sealed. Otherwise
     * they are written at the writer index of {@code to}, and {@code from} stays as it is. Null when that is done, or why the packet must be dropped.
     */
    @SuppressWarnings("ReferenceEquality") // the same buffer is meant
    public @Nullable Verdict open(ByteBuf from, ByteBuf to) {
        boolean v2 = DataPacket.isV2(from);
        int overhead = v2 ? DataPacket.V2_OVERHEAD : DataPacket.V1_OVERHEAD;
        int length = from.readableBytes() - overhead;
        if (length <= 0) {
            return Verdict.MALFORMED;
        }
        if (closed || forgeries >= MAX_FORGERIES) {
            return Verdict.KEY_UNKNOWN;
        }
        int start = from.readerIndex();
        int sealedIndex = start + overhead;
        int openedIndex = from == to ? sealedIndex : to.writerIndex();
        if (from != to && length > to.writableBytes()) {
            return Verdict.TOO_BIG;
        }
        int packetId = from.getInt(sealedIndex - DataPacket.TAG_OCTETS - DataPacket.PACKET_ID_OCTETS);
        long counter = Integer.toUnsignedLong(packetId);
        if (counter == 0 || !replay.check(counter)) {
            return Verdict.REPLAYED;
        }
        if (!decrypt(from, v2, packetId, sealedIndex, length, to, openedIndex)) {
            forgeries++;
            return Verdict.NOT_AUTHENTIC;
        }
        replay.mark(counter);
        opened.count(length);
        if (from == to) {
            to.readerIndex(openedIndex);
        } else {
            to.writerIndex(openedIndex + length);
        }
        return null;
    }

    private boolean decrypt(
            ByteBuf from, boolean v2, int packetId, int sealedIndex, int length, ByteBuf to, int openedIndex) {
        int tagIndex = sealedIndex - DataPacket.TAG_OCTETS;
        int aadIndex = v2 ? from.readerIndex() : tagIndex - DataPacket.PACKET_ID_OCTETS;
        setPacketId(openingNonce, packetId);
        return opening.open(
                openingNonce, from, sealedIndex, length, aadIndex, tagIndex - aadIndex, tagIndex, to, openedIndex);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            sealing.close();
            opening.close();
            java.util.Arrays.fill(sealingNonce, (byte) 0);
            java.util.Arrays.fill(openingNonce, (byte) 0);
        }
    }

    private static byte[] nonce(KeyMaterial material, int index) {
        byte[] nonce = new byte[Aead.NONCE_OCTETS];
        try (Secret implicitIv = material.implicitIv(index)) {
            System.arraycopy(
                    implicitIv.expose(), 0, nonce, DataPacket.PACKET_ID_OCTETS, KeyMaterial.IMPLICIT_IV_OCTETS);
        }
        return nonce;
    }

    private static void setPacketId(byte[] nonce, int packetId) {
        nonce[0] = (byte) (packetId >>> 24);
        nonce[1] = (byte) (packetId >>> 16);
        nonce[2] = (byte) (packetId >>> 8);
        nonce[3] = (byte) packetId;
    }

    private static Aead aead(DataCipher cipher) {
        return switch (cipher) {
            case AES_256_GCM -> Aead.AES_256_GCM;
            case AES_128_GCM -> Aead.AES_128_GCM;
            case CHACHA20_POLY1305 -> Aead.CHACHA20_POLY1305;
        };
    }
}
