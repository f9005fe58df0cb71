package io.sallyport.openvpn.server;

import io.sallyport.core.auth.AuthRequest;

/** Who says to be asking, for the log: printable, and no longer than a name. */
final class Who {
    private static final int MAX_CHARACTERS = 64;

    private Who() {}

    static String asks(AuthRequest request) {
        return switch (request) {
            case AuthRequest.Password password -> printable(password.user());
            case AuthRequest.MsChapV2 response -> printable(response.user());
            case AuthRequest.BearerToken token -> printable(token.user());
            case AuthRequest.CertificateChain chain ->
                printable(chain.chain().getFirst().getSubjectX500Principal().getName());
            case AuthRequest.Every every -> asks(every.parts().getLast());
        };
    }

    private static String printable(String name) {
        StringBuilder clean = new StringBuilder();
        name.codePoints()
                .limit(MAX_CHARACTERS)
                .forEach(c -> clean.appendCodePoint(Character.isISOControl(c) || Character.isWhitespace(c) ? '?' : c));
        return clean.isEmpty() ? "-" : clean.toString();
    }
}
