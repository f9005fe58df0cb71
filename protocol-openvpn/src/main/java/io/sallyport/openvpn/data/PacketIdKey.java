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

/** A key of the format {@link io.sallyport.openvpn.wire.DataFormat#PACKET_ID}: nonces are the packet id and the implicit IV. */
public final class PacketIdKey implements DataChannelKey {
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

    /** As {@link DataChannelKey#of}. */
    PacketIdKey(
            int keyId,
            int peerId,
            DataCipher cipher,
            KeyMaterial material,
            KeyMaterial.End end,
            PacketCipherProvider provider) {
        this(keyId, peerId, cipher, material, end, provider, KeyUse.ofPacketIds(DataChannelKey.aead(cipher)));
    }

    PacketIdKey(
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
        Aead aead = DataChannelKey.aead(cipher);
        opened = KeyUse.ofPacketIds(aead);
        try (Secret sealingKey = material.cipherKey(end.sealing(), aead.keyOctets());
                Secret openingKey = material.cipherKey(end.opening(), aead.keyOctets())) {
            sealing = provider.sealing(aead, sealingKey);
            opening = provider.opening(aead, openingKey);
        }
        sealingNonce = nonce(material, end.sealing());
        openingNonce = nonce(material, end.opening());
    }

    /** What was sealed with it, for tests. */
    KeyUse sealed() {
        return sealed;
    }

    /** What was opened with it, for tests. */
    KeyUse opened() {
        return opened;
    }

    /** Counts packets that were not authentic, for tests. */
    void forged(long packets) {
        forgeries += packets;
    }

    @Override
    public int keyId() {
        return keyId;
    }

    @Override
    public DataCipher cipher() {
        return cipher;
    }

    @Override
    public int overhead() {
        return peerId == DataPacket.NO_PEER_ID ? DataPacket.V1_OVERHEAD : DataPacket.V2_OVERHEAD;
    }

    @Override
    public boolean nearItsEnd() {
        return sealed.nearItsEnd() || opened.nearItsEnd() || forgeries >= SOFT_FORGERIES;
    }

    @Override
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

    @Override
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
        opened.count(counter, length);
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
}
