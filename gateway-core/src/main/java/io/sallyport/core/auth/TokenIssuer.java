package io.sallyport.core.auth;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import org.jspecify.annotations.Nullable;

/** Gives clients that have authenticated something to bring in place of their password, so that nobody is asked twice. From any thread. */
public interface TokenIssuer {
    /** Gives nobody anything. */
    TokenIssuer NONE = new TokenIssuer() {
        @Override
        public @Nullable Issued issue(String user, Grant grant) {
            return null;
        }

        @Override
        public @Nullable Octets find(Secret password) {
            return null;
        }

        @Override
        public void revoke(Octets token) {}
    };

    /**
     * @param user as the client named itself, which may be another name than the grant's
     * @param grant what it was granted; kept without its keying material
     * @return null when none are given
     */
    @Nullable
    Issued issue(String user, Grant grant);

    /** What names the token that stands in place of a password, whether it still counts or not; null when it is none. */
    @Nullable
    Octets find(Secret password);

    /** From now on this one does not count. */
    void revoke(Octets token);

    /**
     * @param text printable ASCII without blanks and commas
     * @param token names it, and tells nothing of it
     */
    record Issued(String text, Octets token) {
        @Override
        public String toString() {
            return "Issued[***]";
        }
    }
}
