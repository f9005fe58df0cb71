package io.sallyport.core.address;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** An inner address of the gateway itself, and the prefix length of the pool that it belongs to. */
public record GatewayAddress(InetAddress address, int prefixLength) {
    /** The address that the gateway has in a pool: the one after the network's. A prefix of full length is its own. */
    public static GatewayAddress of(IpPrefix pool) {
        byte[] octets = pool.address().getAddress();
        if (pool.length() < octets.length * 8) {
            octets[octets.length - 1] |= (byte) PoolSpan.GATEWAY;
        }
        try {
            return new GatewayAddress(InetAddress.getByAddress(octets), pool.length());
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    public boolean isIpv4() {
        return address.getAddress().length == 4;
    }

    /** The pool's prefix. */
    public IpPrefix prefix() {
        return IpPrefix.around(address, prefixLength);
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefixLength;
    }
}
