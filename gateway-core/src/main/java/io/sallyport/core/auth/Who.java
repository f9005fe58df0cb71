package io.sallyport.core.auth;

import io.sallyport.core.octets.Octets;
import java.nio.charset.StandardCharsets;

/** Who says to be asking, for the log: printable, and no longer than a name. */
public final class Who {
    private static final int MAX_CHARACTERS = 64;
    private static final int EAP_HEADER_OCTETS = 4;

    private Who() {}

    public static String asks(AuthRequest request) {
        return switch (request) {
            case AuthRequest.Password password -> printable(password.user());
            case AuthRequest.MsChapV2 response -> printable(response.user());
            case AuthRequest.BearerToken token -> printable(token.user());
            case AuthRequest.CertificateChain chain ->
                printable(chain.chain().getFirst().getSubjectX500Principal().getName());
            case AuthRequest.Every every -> asks(every.parts().getLast());
        };
    }

    /** Empty when this response does not say it (RFC 3748 §5.1). */
    public static String asksByEap(Octets response) {
        boolean says = response.length() > EAP_HEADER_OCTETS
                && response.at(0) == EapPackets.RESPONSE
                && response.at(EAP_HEADER_OCTETS) == EapPackets.IDENTITY;
        if (!says) {
            return "";
        }
        byte[] name = response.slice(EAP_HEADER_OCTETS + 1, response.length()).toByteArray();
        return printable(new String(name, StandardCharsets.UTF_8));
    }

    private static String printable(String name) {
        StringBuilder clean = new StringBuilder();
        name.codePoints()
                .limit(MAX_CHARACTERS)
                .forEach(c -> clean.appendCodePoint(Character.isISOControl(c) || Character.isWhitespace(c) ? '?' : c));
        return clean.isEmpty() ? "-" : clean.toString();
    }
}
