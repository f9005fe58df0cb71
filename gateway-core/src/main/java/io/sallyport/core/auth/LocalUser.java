package io.sallyport.core.auth;

import io.sallyport.core.octets.Secret;
import java.net.Inet4Address;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A user of this gateway's own list.
 *
 * @param ntHash {@link MsChapV2Hashes#ntHash} of the password, 16 octets
 * @param ipv4 always this address, or null for one of the pool
 */
public record LocalUser(
        String name,
        Secret ntHash,
        boolean disabled,
        Set<String> groups,
        @Nullable Inet4Address ipv4) {
    public LocalUser {
        groups = Set.copyOf(groups);
        if (ntHash.length() != MsChapV2Hashes.NT_HASH_OCTETS) {
            throw new IllegalArgumentException("an NT hash has 16 octets, not " + ntHash.length());
        }
    }
}
