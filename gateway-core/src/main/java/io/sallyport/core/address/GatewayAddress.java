package io.sallyport.core.address;

import java.net.InetAddress;

/** An inner address of the gateway itself, and the prefix length of the pool that it belongs to. */
public record GatewayAddress(InetAddress address, int prefixLength) {
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
