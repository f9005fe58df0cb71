package io.sallyport.openvpn.data;

import java.util.Objects;

/** Keys as they are after years of traffic. */
public final class SpentKeys {
    private SpentKeys() {}

    /** What is sent with has used up so much that the next key is asked for, but may go on for a while. */
    public static void nearTheEnd(KeySlots keys) {
        use(keys).spent(KeyUse.SOFT_PACKETS, 0);
    }

    /** Blocks instead of packets; in the epoch format the next epoch begins. */
    public static void nearTheLimitOfBlocks(KeySlots keys) {
        use(keys).spent(1000, KeyUse.SOFT_GCM_UNITS);
    }

    /** What is sent with has no packet id left. */
    public static void atTheEnd(KeySlots keys) {
        use(keys).spent(KeyUse.MAX_PACKETS, 0);
    }

    public static int sendingKeyId(KeySlots keys) {
        return sending(keys).keyId();
    }

    /** 0 when the key is not of the epoch format. */
    public static int sendingEpoch(KeySlots keys) {
        return sending(keys) instanceof EpochKey key ? key.sendingEpoch() : 0;
    }

    public static int receivingEpoch(KeySlots keys) {
        return sending(keys) instanceof EpochKey key ? key.receivingEpoch() : 0;
    }

    private static DataChannelKey sending(KeySlots keys) {
        return Objects.requireNonNull(keys.sending(), "no key is active");
    }

    private static KeyUse use(KeySlots keys) {
        return switch (sending(keys)) {
            case PacketIdKey key -> key.sealed();
            case EpochKey key -> key.sealed();
        };
    }
}
