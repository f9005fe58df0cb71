package io.sallyport.openvpn.control;

import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.address.Lease;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the client gets, all of which becomes its PUSH_REPLY.
 *
 * @param peerId 0..2^24-2, in front of each of its data packets
 * @param gateway4 the gateway's own address in the pool (route-gateway)
 * @param gateway6 the gateway's own IPv6 address in the pool
 * @param routes what it reaches through the tunnel; a prefix of length 0 redirects everything
 * @param dnsDomain null for none
 * @param authToken what its client may bring in place of the password from now on; null for none
 */
public record Assignment(
        Lease lease,
        int peerId,
        @Nullable Inet4Address gateway4,
        @Nullable Inet6Address gateway6,
        List<IpPrefix> routes,
        List<InetAddress> dns,
        @Nullable String dnsDomain,
        @Nullable String authToken) {
    public Assignment {
        routes = List.copyOf(routes);
        dns = List.copyOf(dns);
    }

    /** Without a token. */
    public Assignment(
            Lease lease,
            int peerId,
            @Nullable Inet4Address gateway4,
            @Nullable Inet6Address gateway6,
            List<IpPrefix> routes,
            List<InetAddress> dns,
            @Nullable String dnsDomain) {
        this(lease, peerId, gateway4, gateway6, routes, dns, dnsDomain, null);
    }

    @Override
    public String toString() {
        return "Assignment[" + lease + ", peer id " + peerId + "]";
    }
}
