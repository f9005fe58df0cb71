package io.sallyport.core.crypto;

/** The AEAD algorithms that packets are sealed with; all have a nonce of 12 octets and a tag of 16 (RFC 5116, RFC 8439). */
public enum Aead {
    AES_256_GCM(32),
    AES_128_GCM(16),
    CHACHA20_POLY1305(32);

    public static final int NONCE_OCTETS = 12;
    public static final int TAG_OCTETS = 16;

    private final int keyOctets;

    Aead(int keyOctets) {
        this.keyOctets = keyOctets;
    }

    public int keyOctets() {
        return keyOctets;
    }
}
