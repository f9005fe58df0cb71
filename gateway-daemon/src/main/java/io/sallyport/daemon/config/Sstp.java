package io.sallyport.daemon.config;

import java.util.List;

/**
 * {@code protocols.sstp}.
 *
 * @param require what a client must show
 * @param authentication what clients may say who they are with, in the order of preference
 * @param allowSha1 whether the crypto binding may be made with SHA-1, which old clients ask for; with SHA-256 it always may
 * @param terminatorCertificates SHA-1 or SHA-256 thumbprints of what a TLS terminator before the gateway shows, lower-case hex; for {@code listen.tls-terminated}
 */
public record Sstp(
        boolean enabled,
        Require require,
        List<Authentication> authentication,
        boolean allowSha1,
        List<String> terminatorCertificates) {
    public Sstp {
        authentication = List.copyOf(authentication);
        terminatorCertificates = List.copyOf(terminatorCertificates);
    }

    /** What a client must show. */
    public enum Require {
        ANY,
        CERTIFICATE,
        PASSWORD
    }

    /** A way to say who one is, as PPP negotiates it. */
    public enum Authentication {
        MS_CHAP_V2,
        EAP,
        /** The password itself, protected by TLS alone: only when it is written. */
        PAP
    }
}
