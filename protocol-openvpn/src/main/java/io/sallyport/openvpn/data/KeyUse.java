package io.sallyport.openvpn.data;

import io.sallyport.core.crypto.Aead;

/**
 * How much of one direction of a key is used up. Packet ids are 32 bit and never repeat; under AES-GCM, blocks and packets together stay below 2^36 (the
 * confidentiality limit that OpenVPN's own documentation takes from draft-irtf-cfrg-aead-limits).
 */
final class KeyUse {
    /** From here on a new key is asked for, as OpenVPN does. */
    static final long SOFT_PACKETS = 0xff00_0000L;

    static final long MAX_PACKETS = 0xffff_ffffL;
    static final long MAX_GCM_UNITS = (1L << 36) - 1;
    static final long SOFT_GCM_UNITS = MAX_GCM_UNITS / 8 * 7;

    private static final int BLOCK_OCTETS = 16;

    private final boolean gcm;
    private long packets;
    private long units;

    KeyUse(Aead aead) {
        gcm = aead != Aead.CHACHA20_POLY1305;
    }

    KeyUse(Aead aead, long packets, long units) {
        this(aead);
        this.packets = packets;
        this.units = units;
    }

    /** Whether the key may be used for one more packet of so many octets. */
    boolean allows(int octets) {
        return packets < MAX_PACKETS && (!gcm || units + unitsOf(octets) <= MAX_GCM_UNITS);
    }

    /** Counts a packet; the number of packets so far. */
    long count(int octets) {
        units += unitsOf(octets);
        return ++packets;
    }

    boolean nearItsEnd() {
        return packets >= SOFT_PACKETS || (gcm && units >= SOFT_GCM_UNITS);
    }

    private static long unitsOf(int octets) {
        return 1L + (octets + BLOCK_OCTETS - 1) / BLOCK_OCTETS;
    }
}
