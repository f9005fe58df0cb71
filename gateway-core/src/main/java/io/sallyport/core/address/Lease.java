package io.sallyport.core.address;

import java.net.Inet4Address;
import java.net.Inet6Address;
import org.jspecify.annotations.Nullable;

/**
 * The inner addresses that one session holds; at least one of them is there. Prefix lengths are the pools', for clients that want a
 * netmask (OpenVPN's {@code topology subnet}).
 */
public record Lease(
        @Nullable Inet4Address ipv4,
        int ipv4PrefixLength,
        @Nullable Inet6Address ipv6,
        int ipv6PrefixLength) {
    public Lease {
        if (ipv4 == null && ipv6 == null) {
            throw new IllegalArgumentException("a lease without an address");
        }
    }
}
