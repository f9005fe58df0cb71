package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The texts in MS-CHAPv2's Success and Failure (RFC 2759 §5, §6). */
final class MsChapV2Messages {
    private static final int PROOF_OCTETS = 42;
    /** ERROR_AUTHENTICATION_FAILURE. */
    private static final int AUTHENTICATION_FAILURE = 691;

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

    /** RFC 2759 §6 has a challenge for another try; none of its other errors but this one goes away by another response. */
    static boolean mayRetry(String message) {
        return "1".equals(field(message, "R=")) && errorCode(message) == AUTHENTICATION_FAILURE;
    }

    static String withoutRetry(String message) {
        return with(message, field -> field.equals("R=1") ? "R=0" : field);
    }

    /** With what the next response answers, where that is missing. */
    static String withChallenge(String message, Octets challenge) {
        if (challenge(message) != null) {
            return message;
        }
        String given = "C=" + challenge.toHex().toUpperCase(Locale.ROOT);
        return field(message, "C=") == null
                ? with(message, field -> field.equals("R=1") ? field + " " + given : field)
                : with(message, field -> field.startsWith("C=") ? given : field);
    }

    /** {@code C=}, 16 octets, or null. */
    static @Nullable Octets challenge(String message) {
        String hex = field(message, "C=");
        return hex != null && hex.matches("[0-9A-Fa-f]{32}")
                ? Octets.of(HexFormat.of().parseHex(hex))
                : null;
    }

    private static String with(String message, UnaryOperator<String> change) {
        int text = textAt(message);
        String fields = Arrays.stream(message.substring(0, text).split(" ", -1))
                .map(change)
                .collect(Collectors.joining(" "));
        return fields + message.substring(text);
    }

    /** What an operator wrote may look like a field. */
    private static int textAt(String message) {
        int at = message.indexOf(" M=");
        return at < 0 ? message.length() : at;
    }

    private static @Nullable String field(String message, String name) {
        for (String field : message.substring(0, textAt(message)).split(" ", -1)) {
            if (field.startsWith(name)) {
                return field.substring(name.length());
            }
        }
        return null;
    }
}
