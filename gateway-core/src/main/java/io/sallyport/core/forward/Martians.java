package io.sallyport.core.forward;

/**
 * Addresses that no packet between a client and the network may carry: RFC 1812 §5.3.7 and RFC 6890 for IPv4, RFC 4291 §2.5 for IPv6. IPv4 addresses are ints, IPv6
 * addresses two longs, in network order.
 */
final class Martians {
    private static final int BROADCAST = -1;
    private static final long MAPPED_LOW = 0xffff;

    private Martians() {}

    /** "This" network 0/8, loopback 127/8, link-local 169.254/16, reserved 240/4 but for the broadcast address. */
    static boolean isMartian(int address) {
        int first = address >>> 24;
        return first == 0 || first == 127 || address >>> 16 == 0xa9fe || (first >= 240 && address != BROADCAST);
    }

    /** 224/4 and the limited broadcast address. */
    static boolean isMulticastOrBroadcast(int address) {
        return address >>> 28 == 0xe || address == BROADCAST;
    }

    /** Unspecified, loopback, IPv4-mapped, link-local. */
    static boolean isMartian(long high, long low) {
        boolean mapped = high == 0 && low >>> 32 == MAPPED_LOW;
        return isUnspecified(high, low) || (high == 0 && low == 1) || mapped || isLinkLocal(high);
    }

    static boolean isUnspecified(long high, long low) {
        return (high | low) == 0;
    }

    /** fe80::/10 */
    static boolean isLinkLocal(long high) {
        return high >>> 54 == 0xfe80 >>> 6;
    }

    /** ff00::/8 */
    static boolean isMulticast(long high) {
        return high >>> 56 == 0xff;
    }
}
