package io.sallyport.core.address;

import java.net.Inet4Address;
import java.net.Inet6Address;
import org.jspecify.annotations.Nullable;

/**
 * What a client needs.
 *
 * @param user whose addresses these are: the same user gets the same ones back
 * @param ipv4 a fixed address, inside or outside the pools
 * @param pool name of the pools to take the rest from; a family that they lack comes from the default pools
 */
public record LeaseRequest(
        String user,
        @Nullable Inet4Address ipv4,
        @Nullable Inet6Address ipv6,
        @Nullable String pool) {
    public static LeaseRequest of(String user) {
        return new LeaseRequest(user, null, null, null);
    }
}
