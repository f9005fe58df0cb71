package io.sallyport.openvpn.data;

import io.sallyport.core.crypto.Aead;

/**
 * How much of one direction of a key is used up. Packet ids never repeat; under AES-GCM, blocks and packets together stay below 2^36 (the
 * confidentiality limit that OpenVPN's own documentation takes from draft-irtf-cfrg-aead-limits).
 */
final class KeyUse {
    /** From here on a new key is asked for, as OpenVPN does. */
    static final long SOFT_PACKETS = 0xff00_0000L;

    static final long MAX_PACKETS = 0xffff_ffffL;
    /** The same for the packet ids of an epoch, which have 48 bits. */
    static final long SOFT_EPOCH_PACKETS = 0xff00_0000_0000L;

    static final long MAX_EPOCH_PACKETS = 0xffff_ffff_ffffL;
    static final long MAX_GCM_UNITS = (1L << 36) - 1;
    static final long SOFT_GCM_UNITS = MAX_GCM_UNITS / 8 * 7;

    private static final int BLOCK_OCTETS = 16;

    private final long softPackets;
    private final long maxPackets;
    private final boolean gcm;
    private long packets;
    private long units;

    private KeyUse(Aead aead, long softPackets, long maxPackets) {
        gcm = aead != Aead.CHACHA20_POLY1305;
        this.softPackets = softPackets;
        this.maxPackets = maxPackets;
    }

    static KeyUse ofPacketIds(Aead aead) {
        return new KeyUse(aead, SOFT_PACKETS, MAX_PACKETS);
    }

    static KeyUse ofEpoch(Aead aead) {
        return new KeyUse(aead, SOFT_EPOCH_PACKETS, MAX_EPOCH_PACKETS);
    }

    /** Whether the key may be used for one more packet of so many octets. */
    boolean allows(int octets) {
        return packets < maxPackets && (!gcm || units + unitsOf(octets) <= MAX_GCM_UNITS);
    }

    /** Counts a packet; the number of packets so far. */
    long count(int octets) {
        units += unitsOf(octets);
        return ++packets;
    }

    /** Counts a packet of the other end, which was its {@code packet}th. */
    void count(long packet, int octets) {
        units += unitsOf(octets);
        packets = Math.max(packets, packet);
    }

    boolean nearItsEnd() {
        return packets >= softPackets || (gcm && units >= SOFT_GCM_UNITS);
    }

    /** As if so much of the key were used: tests cannot wait for it. */
    KeyUse spent(long packetsUsed, long unitsUsed) {
        packets = packetsUsed;
        units = unitsUsed;
        return this;
    }

    private static long unitsOf(int octets) {
        return 1L + (octets + BLOCK_OCTETS - 1) / BLOCK_OCTETS;
    }
}
