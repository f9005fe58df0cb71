package io.sallyport.core.support;

import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.octets.Secret;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Grants for tests. */
public final class SessionGrants {
    private SessionGrants() {}

    public static Grant withKeys(String user, Secret keys) {
        return grant(user, null, List.of(), null, null, keys);
    }

    public static Grant withRoute(String user, String prefix) {
        return withRoutes(user, prefix);
    }

    public static Grant withRoutes(String user, String... prefixes) {
        List<IpPrefix> routes = Stream.of(prefixes).map(IpPrefix::parse).toList();
        return grant(user, null, routes, null, null, null);
    }

    public static Grant withAddress(String user, String ipv4) {
        return grant(user, (Inet4Address) InetAddress.ofLiteral(ipv4), List.of(), null, null, null);
    }

    public static Grant withTimeouts(String user, @Nullable Duration session, @Nullable Duration idle) {
        return grant(user, null, List.of(), session, idle, null);
    }

    private static Grant grant(
            String user,
            @Nullable Inet4Address ipv4,
            List<IpPrefix> framedRoutes,
            @Nullable Duration session,
            @Nullable Duration idle,
            @Nullable Secret keys) {
        return new Grant(
                user,
                Set.of(),
                null,
                ipv4,
                null,
                null,
                framedRoutes,
                null,
                null,
                Grant.Limits.NONE,
                session,
                idle,
                keys,
                null);
    }
}
