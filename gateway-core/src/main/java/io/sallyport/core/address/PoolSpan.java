package io.sallyport.core.address;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * The addresses of a pool as offsets from its network address. Of an IPv6 pool with more than 62 bits for hosts, the lowest 2^62
 * addresses are leased and the rest is left alone.
 */
final class PoolSpan {
    static final long NETWORK = 0;
    static final long GATEWAY = 1;
    static final long FIRST = 2;
    static final long NONE = -1;

    private static final int MOST_BITS = 62;

    private final IpPrefix prefix;
    private final byte[] network;
    private final long last;

    PoolSpan(IpPrefix prefix) {
        this.prefix = prefix;
        network = prefix.address().getAddress();
        int bits = Math.min(MOST_BITS, network.length * 8 - prefix.length());
        last = (1L << bits) - (prefix.isIpv4() ? 2 : 1);
    }

    long last() {
        return last;
    }

    /** How many addresses can be leased. */
    long capacity() {
        return last - FIRST + 1;
    }

    InetAddress address(long offset) {
        byte[] octets = network.clone();
        for (int i = octets.length - 1, shift = 0; i >= 0 && shift < Long.SIZE; i--, shift += 8) {
            octets[i] |= (byte) (offset >>> shift);
        }
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** The offset of an address that can be leased from here, or {@link #NONE}. */
    long offset(InetAddress address) {
        if (!prefix.contains(address)) {
            return NONE;
        }
        BigInteger offset = new BigInteger(1, address.getAddress()).subtract(new BigInteger(1, network));
        if (offset.bitLength() > MOST_BITS || offset.longValue() < FIRST || offset.longValue() > last) {
            return NONE;
        }
        return offset.longValue();
    }

    /** Whether the address is one of those that are never leased. */
    boolean reserves(InetAddress address) {
        if (!prefix.contains(address)) {
            return false;
        }
        return Arrays.equals(address.getAddress(), network)
                || address.equals(address(GATEWAY))
                || (prefix.isIpv4() && address.equals(address(last + 1)));
    }
}
