package io.sallyport.openvpn.data;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.crypto.Aead;
import io.sallyport.core.crypto.PacketCipherProvider;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.DataPacket;
import org.jspecify.annotations.Nullable;

/**
 * A key of the format {@link io.sallyport.openvpn.wire.DataFormat#EPOCH}:
 *
 * <pre>
 * 1 opcode and key id | 3 peer id | 2 epoch | 6 packet id | ciphertext | 16 tag
 * </pre>
 *
 * Both ends count epochs from 1, each for what it sends. An end goes on to the next one when its key is nearly used up, or when an authentic packet of the other end shows that
 * that one did. Packets of the next {@value #FUTURE_EPOCHS} epochs can be opened at any time, and those of the one before too.
 */
public final class EpochKey implements DataChannelKey {
    static final int FUTURE_EPOCHS = 4;
    static final int MAX_EPOCH = 0xffff;
    static final int PACKET_ID_BITS = 48;
    /** What stands before the ciphertext and is authenticated with it. */
    static final int BEFORE_OCTETS = 1 + DataPacket.PEER_ID_OCTETS + Long.BYTES;

    static final int OVERHEAD = BEFORE_OCTETS + DataPacket.TAG_OCTETS;
    /** From here on a new key is negotiated, for there are not so many epochs left. */
    static final int SOFT_EPOCH = 0xff00;

    /** The last epoch that is accepted: keys of those after it must still have numbers. */
    private static final int LAST_RECEIVED = MAX_EPOCH - FUTURE_EPOCHS - 1;

    private final int keyId;
    private final int header;
    private final DataCipher cipher;
    private final PacketCipherProvider provider;
    private final EpochSecret sendingSecret;
    /** Of the last of {@link #future}. */
    private final EpochSecret receivingSecret;

    private EpochSender sending;
    private EpochReceiver receiving;
    private @Nullable EpochReceiver past;
    private final EpochReceiver[] future = new EpochReceiver[FUTURE_EPOCHS];
    private boolean closed;

    /** As {@link DataChannelKey#of}; {@code peerId} is one. */
    EpochKey(
            int keyId,
            int peerId,
            DataCipher cipher,
            KeyMaterial material,
            KeyMaterial.End end,
            PacketCipherProvider provider) {
        this(
                keyId,
                DataPacket.v2Header(keyId, peerId),
                cipher,
                // the first octets of what would be the cipher keys
                new EpochSecret(1, material.cipherKey(end.sealing(), EpochSecret.OCTETS)),
                new EpochSecret(1, material.cipherKey(end.opening(), EpochSecret.OCTETS)),
                provider);
        if (peerId == DataPacket.NO_PEER_ID) {
            close();
            throw new IllegalArgumentException("the epoch format needs a peer id");
        }
    }

    /**
     * Takes the secrets over.
     *
     * @param header the first four octets of sealed packets
     */
    EpochKey(
            int keyId,
            int header,
            DataCipher cipher,
            EpochSecret sendingSecret,
            EpochSecret receivingSecret,
            PacketCipherProvider provider) {
        this.keyId = keyId;
        this.header = header;
        this.cipher = cipher;
        this.provider = provider;
        this.sendingSecret = sendingSecret;
        this.receivingSecret = receivingSecret;
        Aead aead = DataChannelKey.aead(cipher);
        sending = new EpochSender(sendingSecret, aead, provider);
        receiving = new EpochReceiver(receivingSecret, aead, provider);
        for (int i = 0; i < FUTURE_EPOCHS; i++) {
            future[i] = nextReceiver();
        }
    }

    private EpochReceiver nextReceiver() {
        receivingSecret.next();
        return new EpochReceiver(receivingSecret, DataChannelKey.aead(cipher), provider);
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
        return OVERHEAD;
    }

    @Override
    public boolean nearItsEnd() {
        return sendingSecret.epoch() >= SOFT_EPOCH || receiving.epoch() >= SOFT_EPOCH || overused();
    }

    /** What came was too much for its key, although we asked for the next one by going on ourselves. */
    private boolean overused() {
        return receiving.nearItsEnd() && sendingSecret.epoch() > receiving.epoch();
    }

    @Override
    public @Nullable Verdict seal(ByteBuf packet) {
        if (closed) {
            return Verdict.KEY_UNKNOWN;
        }
        if (sending.nearItsEnd() || receiving.nearItsEnd()) {
            maySendNextEpoch();
        }
        if (!sending.allows(packet.readableBytes())) {
            return Verdict.KEY_UNKNOWN;
        }
        sending.seal(packet, header);
        return null;
    }

    /** The other end follows when it sees that we went on, so its key being used up is a reason too, but only once. */
    private void maySendNextEpoch() {
        int epoch = sendingSecret.epoch();
        if (epoch < MAX_EPOCH && (sending.nearItsEnd() || epoch == receiving.epoch())) {
            sendFrom(epoch + 1);
        }
    }

    private void sendFrom(int epoch) {
        while (sendingSecret.epoch() < epoch) {
            sendingSecret.next();
        }
        EpochSender before = sending;
        sending = new EpochSender(sendingSecret, DataChannelKey.aead(cipher), provider);
        before.close();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the same buffer, or that receiver itself, is meant
    public @Nullable Verdict open(ByteBuf from, ByteBuf to) {
        int length = from.readableBytes() - OVERHEAD;
        if (length <= 0 || !DataPacket.isV2(from)) {
            return Verdict.MALFORMED;
        }
        if (from != to && length > to.writableBytes()) {
            return Verdict.TOO_BIG;
        }
        int start = from.readerIndex();
        long counter = from.getLong(start + Integer.BYTES);
        EpochReceiver receiver = closed ? null : receiver((int) (counter >>> PACKET_ID_BITS));
        if (receiver == null) {
            return Verdict.KEY_UNKNOWN;
        }
        int sealedIndex = start + BEFORE_OCTETS;
        int openedIndex = from == to ? sealedIndex : to.writerIndex();
        Verdict drop = receiver.open(from, counter, sealedIndex, length, to, openedIndex);
        if (drop != null) {
            return drop;
        }
        if (receiver != receiving && receiver.epoch() > receiving.epoch()) {
            receiveFrom(receiver.epoch());
        }
        if (from == to) {
            to.setIndex(openedIndex, openedIndex + length);
        } else {
            to.writerIndex(openedIndex + length);
        }
        return null;
    }

    /** Null when packets of that epoch cannot be opened, or not any more. */
    private @Nullable EpochReceiver receiver(int epoch) {
        int ahead = epoch - receiving.epoch();
        if (ahead == 0) {
            return receiving;
        }
        if (ahead < 0) {
            return past != null && past.epoch() == epoch ? past : null;
        }
        return ahead <= FUTURE_EPOCHS && epoch <= LAST_RECEIVED ? future[ahead - 1] : null;
    }

    /** An authentic packet of a later epoch came: those before are over, but for the last, and we send no earlier one than we receive. */
    private void receiveFrom(int epoch) {
        if (past != null) {
            past.close();
        }
        past = receiving;
        int steps = epoch - receiving.epoch();
        for (int i = 0; i < steps - 1; i++) {
            future[i].close();
        }
        receiving = future[steps - 1];
        System.arraycopy(future, steps, future, 0, FUTURE_EPOCHS - steps);
        for (int i = FUTURE_EPOCHS - steps; i < FUTURE_EPOCHS; i++) {
            future[i] = nextReceiver();
        }
        if (sendingSecret.epoch() < epoch) {
            sendFrom(epoch);
        }
    }

    int sendingEpoch() {
        return sendingSecret.epoch();
    }

    int receivingEpoch() {
        return receiving.epoch();
    }

    /** For tests. */
    KeyUse sealed() {
        return sending.sealed();
    }

    /** For tests. */
    EpochReceiver receiving() {
        return receiving;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        sending.close();
        receiving.close();
        if (past != null) {
            past.close();
        }
        for (EpochReceiver each : future) {
            each.close();
        }
        sendingSecret.close();
        receivingSecret.close();
    }
}
