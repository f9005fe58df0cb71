package io.sallyport.core.auth;

import io.sallyport.core.octets.Octets;
import org.jspecify.annotations.Nullable;

/** The answer to an {@link AuthRequest}. */
public sealed interface AuthDecision {
    /** @param message what the protocol hands to the client unchanged (the MS-CHAPv2 "S=..." string, Reply-Message), or null */
    record Accept(Grant grant, @Nullable String message) implements AuthDecision {
        public Accept(Grant grant) {
            this(grant, null);
        }
    }

    /**
     * One more question for the user (a second factor).
     *
     * @param text shown to the user
     * @param echo whether what the user types may be shown
     * @param state comes back in the next request
     */
    record Challenge(String text, boolean echo, Octets state) implements AuthDecision {}

    /**
     * @param detail for our log: precise, and never for the client
     * @param message what the protocol hands to the client unchanged (the MS-CHAPv2 "E=..." string, Reply-Message), or null
     */
    record Reject(
            RejectReason reason, String detail, @Nullable String message) implements AuthDecision {
        public Reject(RejectReason reason, String detail) {
            this(reason, detail, null);
        }
    }
}
