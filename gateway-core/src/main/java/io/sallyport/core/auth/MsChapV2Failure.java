package io.sallyport.core.auth;

import io.sallyport.core.octets.Octets;
import java.util.Locale;

/** What MS-CHAPv2 tells a refused peer (RFC 2759 §6). */
public final class MsChapV2Failure {
    private static final int CHANGING_PASSWORD = 709;

    private MsChapV2Failure() {}

    /**
     * {@code E=691 R=1 C=... V=3 M=...}.
     *
     * @param retry whether the peer may answer again
     * @param challenge what it would answer then, 16 octets
     */
    public static String message(RejectReason reason, boolean retry, Octets challenge) {
        return message(code(reason), retry, challenge, reason.clientText());
    }

    /** To a peer that asked for a change of its password (RFC 2759 §7): ERROR_CHANGING_PASSWORD. */
    public static String noChange(Octets challenge) {
        return message(CHANGING_PASSWORD, false, challenge, "passwords are not changed here");
    }

    private static String message(int code, boolean retry, Octets challenge, String text) {
        return "E=" + code + " R=" + (retry ? 1 : 0) + " C=" + challenge.toHex().toUpperCase(Locale.ROOT) + " V=3 M="
                + text;
    }

    private static int code(RejectReason reason) {
        return switch (reason) {
            case ACCOUNT_DISABLED -> 647;
            case PASSWORD_EXPIRED -> 648;
            // ERROR_NO_DIALIN_PERMISSION: 691 would have the client ask its user for another password, and forget the
            // right one.
            case METHOD_UNSUPPORTED, CREDENTIALS_MISSING, UNAVAILABLE, TOO_BUSY -> 649;
            case BAD_CREDENTIALS,
                    TOKEN_EXPIRED,
                    CERTIFICATE_MISSING,
                    CERTIFICATE_UNKNOWN_CA,
                    CERTIFICATE_EXPIRED,
                    CERTIFICATE_NOT_YET_VALID,
                    CERTIFICATE_REVOKED,
                    CERTIFICATE_UNSUITABLE -> 691;
        };
    }
}
