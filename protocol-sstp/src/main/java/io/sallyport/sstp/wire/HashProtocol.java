package io.sallyport.sstp.wire;

import org.jspecify.annotations.Nullable;

/** A hash for the certificate and the compound MAC, MS-SSTP §2.2.7; its bit in the bitmask of §2.2.6. */
public enum HashProtocol {
    SHA1(0x01, 20, "HmacSHA1"),
    SHA256(0x02, 32, "HmacSHA256");

    private final int bit;
    private final int octets;
    private final String hmac;

    HashProtocol(int bit, int octets, String hmac) {
        this.bit = bit;
        this.octets = octets;
        this.hmac = hmac;
    }

    public int bit() {
        return bit;
    }

    /** Of a hash and of a MAC. */
    public int octets() {
        return octets;
    }

    /** As javax.crypto names it. */
    String hmac() {
        return hmac;
    }

    /** Null when it is none, or several. */
    static @Nullable HashProtocol of(int bits) {
        for (HashProtocol protocol : values()) {
            if (protocol.bit == bits) {
                return protocol;
            }
        }
        return null;
    }
}
