package io.sallyport.openvpn.data;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.worker.Verdict;
import io.sallyport.openvpn.wire.DataPacket;
import io.sallyport.openvpn.wire.Opcode;
import org.jspecify.annotations.Nullable;

/**
 * The data keys of one connection, by key id: each opens packets from the moment it is there, and one of them is sent with. Which one, and when an old one's time is
 * over, the control channel knows and says.
 */
public final class KeySlots implements AutoCloseable {
    private final @Nullable DataChannelKey[] keys = new DataChannelKey[Opcode.KEY_IDS];
    private @Nullable DataChannelKey sending;

    /** Takes the key over; one with the same key id is wiped. */
    public void install(DataChannelKey key) {
        retire(key.keyId());
        keys[key.keyId()] = key;
    }

    /** From now on packets are sealed with this key, which was installed. */
    public void activate(int keyId) {
        sending = keys[keyId];
    }

    /** Wipes the key, if there is one. */
    @SuppressWarnings("ReferenceEquality") // that key itself
    public void retire(int keyId) {
        DataChannelKey key = keys[keyId];
        if (key == null) {
            return;
        }
        keys[keyId] = null;
        if (sending == key) {
            sending = null;
        }
        key.close();
    }

    /** What is sent with; null before the first key. */
    public @Nullable DataChannelKey sending() {
        return sending;
    }

    /** What sealed packets have more than their content. */
    public int overhead() {
        return sending == null ? DataPacket.V2_OVERHEAD : sending.overhead();
    }

    /** Whether a new key should be negotiated now because the one that is sent with is nearly used up. */
    public boolean renegotiationDue() {
        return sending != null && sending.nearItsEnd();
    }

    /** See {@link DataChannelKey#seal}. */
    public @Nullable Verdict seal(ByteBuf packet) {
        DataChannelKey key = sending;
        return key == null ? Verdict.KEY_UNKNOWN : key.seal(packet);
    }

    /** See {@link DataChannelKey#open}; {@code from} is readable. */
    public @Nullable Verdict open(ByteBuf from, ByteBuf to) {
        DataChannelKey key = keys[DataPacket.keyId(from)];
        return key == null ? Verdict.KEY_UNKNOWN : key.open(from, to);
    }

    /** Wipes all keys. */
    @Override
    public void close() {
        for (int keyId = 0; keyId < keys.length; keyId++) {
            retire(keyId);
        }
    }
}
