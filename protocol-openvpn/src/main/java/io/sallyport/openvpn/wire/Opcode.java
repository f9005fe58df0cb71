package io.sallyport.openvpn.wire;

import org.jspecify.annotations.Nullable;

/** The upper five bits of a packet's first octet; the lower three are the key id. */
public enum Opcode {
    SOFT_RESET_V1(3),
    CONTROL_V1(4),
    ACK_V1(5),
    DATA_V1(6),
    HARD_RESET_CLIENT_V2(7),
    HARD_RESET_SERVER_V2(8),
    DATA_V2(9),
    HARD_RESET_CLIENT_V3(10),
    CONTROL_WKC_V1(11);

    public static final int KEY_IDS = 8;

    private static final @Nullable Opcode[] BY_CODE = new @Nullable Opcode[32];

    static {
        for (Opcode opcode : values()) {
            BY_CODE[opcode.code] = opcode;
        }
    }

    private final int code;

    Opcode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** A packet's first octet, 0..255. */
    public int firstOctet(int keyId) {
        return code << 3 | keyId;
    }

    public boolean isData() {
        return this == DATA_V1 || this == DATA_V2;
    }

    /** Whether a client's wrapped key stands behind the packet (tls-crypt-v2). */
    public boolean bringsKey() {
        return this == HARD_RESET_CLIENT_V3 || this == CONTROL_WKC_V1;
    }

    /** Null when no such opcode is known (1 and 2 are those of key method 1). */
    public static @Nullable Opcode of(int firstOctet) {
        return BY_CODE[firstOctet >> 3 & 0x1f];
    }

    public static int keyId(int firstOctet) {
        return firstOctet & 7;
    }
}
