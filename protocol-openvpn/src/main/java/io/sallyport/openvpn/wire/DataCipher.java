package io.sallyport.openvpn.wire;

import org.jspecify.annotations.Nullable;

/** The data channel's ciphers that this gateway speaks, as OpenVPN names them: AEADs only. */
public enum DataCipher {
    AES_256_GCM("AES-256-GCM"),
    AES_128_GCM("AES-128-GCM"),
    CHACHA20_POLY1305("CHACHA20-POLY1305");

    private final String wireName;

    DataCipher(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    /** By name, in any case; null when it is not spoken here. */
    public static @Nullable DataCipher named(String name) {
        for (DataCipher cipher : values()) {
            if (cipher.wireName.equalsIgnoreCase(name)) {
                return cipher;
            }
        }
        return null;
    }
}
