package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The texts in MS-CHAPv2's Success and Failure (RFC 2759 §5, §6). */
final class MsChapV2Messages {
    private static final int PROOF_OCTETS = 42;

    private MsChapV2Messages() {}

    /**
     * RFC 2759 §5: "S=<auth_string> M=<message>"; what the authenticator gave as the first alone is completed, because Windows wants both.
     */
    static String success(String proof) {
        return proof.contains(" M=") ? proof : proof + " M=OK";
    }

    /** {@code S=} and 40 digits, or null when the message does not begin so. */
    static @Nullable String proof(String success) {
        boolean begins = success.startsWith("S=") && success.length() >= PROOF_OCTETS;
        return begins ? success.substring(0, PROOF_OCTETS) : null;
    }

    /** Whether this is a message of Failure at all. */
    static boolean isFailure(String message) {
        return errorCode(message) > 0;
    }

    /** {@code E=}, 0 when there is none. */
    static int errorCode(String message) {
        String code = field(message, "E=");
        return code != null && code.matches("[0-9]{1,9}") ? Integer.parseInt(code) : 0;
    }

    static boolean mayRetry(String message) {
        return "1".equals(field(message, "R="));
    }

    /** {@code C=}, 16 octets, or null. */
    static @Nullable Octets challenge(String message) {
        String hex = field(message, "C=");
        return hex != null && hex.matches("[0-9A-Fa-f]{32}")
                ? Octets.of(HexFormat.of().parseHex(hex))
                : null;
    }

    private static @Nullable String field(String message, String name) {
        int text = message.indexOf(" M=");
        for (String field : (text < 0 ? message : message.substring(0, text)).split(" ", -1)) {
            if (field.startsWith(name)) {
                return field.substring(name.length());
            }
        }
        return null;
    }
}
