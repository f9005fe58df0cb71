package io.sallyport.core.auth;

import io.sallyport.core.octets.Secret;
import java.net.Inet4Address;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A user of this gateway's own list.
 *
 * @param ntHash {@link MsChapV2Hashes#ntHash} of the password, 16 octets
 * @param ipv4 always this address, or null for one of the pool
 * @param passwordExpires from the beginning of this day in UTC on the password counts no more; null for never
 */
public record LocalUser(
        String name,
        Secret ntHash,
        boolean disabled,
        Set<String> groups,
        @Nullable Inet4Address ipv4,
        @Nullable LocalDate passwordExpires) {
    public LocalUser {
        groups = Set.copyOf(groups);
        if (ntHash.length() != MsChapV2Hashes.NT_HASH_OCTETS) {
            throw new IllegalArgumentException("an NT hash has 16 octets, not " + ntHash.length());
        }
    }

    /** Whose password never expires. */
    public LocalUser(String name, Secret ntHash, boolean disabled, Set<String> groups, @Nullable Inet4Address ipv4) {
        this(name, ntHash, disabled, groups, ipv4, null);
    }

    boolean isPasswordExpired(Instant now) {
        return passwordExpires != null
                && !now.isBefore(passwordExpires.atStartOfDay(ZoneOffset.UTC).toInstant());
    }
}
