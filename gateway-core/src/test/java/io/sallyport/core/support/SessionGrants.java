package io.sallyport.core.support;

import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.octets.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Grants for tests. */
public final class SessionGrants {
    private SessionGrants() {}

    public static Grant withKeys(String user, Secret keys) {
        return grant(user, List.of(), null, null, keys);
    }

    public static Grant withRoute(String user, String prefix) {
        return grant(user, List.of(IpPrefix.parse(prefix)), null, null, null);
    }

    public static Grant withTimeouts(String user, @Nullable Duration session, @Nullable Duration idle) {
        return grant(user, List.of(), session, idle, null);
    }

    private static Grant grant(
            String user,
            List<IpPrefix> framedRoutes,
            @Nullable Duration session,
            @Nullable Duration idle,
            @Nullable Secret keys) {
        return new Grant(
                user,
                Set.of(),
                null,
                null,
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
