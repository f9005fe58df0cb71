package io.sallyport.openvpn.wire;

/** What {@code --auth} names: the digest of tls-auth's HMAC. */
public enum HmacDigest {
    SHA1("SHA1", "HmacSHA1", 20),
    SHA256("SHA256", "HmacSHA256", 32),
    SHA512("SHA512", "HmacSHA512", 64);

    private final String wireName;
    private final String algorithm;
    private final int octets;

    HmacDigest(String wireName, String algorithm, int octets) {
        this.wireName = wireName;
        this.algorithm = algorithm;
        this.octets = octets;
    }

    /** As in {@code auth}. */
    public String wireName() {
        return wireName;
    }

    String algorithm() {
        return algorithm;
    }

    /** Of the HMAC, and of the part of a key that is used with it. */
    int octets() {
        return octets;
    }
}
