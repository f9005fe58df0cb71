package io.sallyport.core.auth;

import java.util.Set;

/** What a grant rests on, so that whoever withdraws that finds the sessions that have it. */
public sealed interface Evidence {
    /** A user of the gateway's own list: gone when the user is removed or disabled. */
    record LocalAccount(String name) implements Evidence {}

    /**
     * A certificate and the path from it to a root: gone when any of the path is revoked, or the root is no longer trusted.
     *
     * @param thumbprints SHA-1 and SHA-256 of every certificate of the path, in every encoding that counts as it (see {@link CertificateForms})
     * @param authority {@link CertificateTrust#authority} of the root
     */
    record CertifiedPath(Set<String> thumbprints, String authority) implements Evidence {
        public CertifiedPath {
            thumbprints = Set.copyOf(thumbprints);
        }
    }
}
