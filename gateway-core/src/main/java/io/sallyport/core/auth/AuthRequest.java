package io.sallyport.core.auth;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One question to an {@link Authenticator}. Whoever made a request closes the secrets in it when the answer is there. */
public sealed interface AuthRequest {
    ClientContext client();

    /**
     * A password in clear: PAP, OpenVPN user/pass.
     *
     * @param password UTF-8
     * @param state what the last {@link AuthDecision.Challenge} said to bring back, null in a first request
     */
    record Password(
            ClientContext client,
            String user,
            Secret password,
            @Nullable Octets state) implements AuthRequest {}

    /**
     * MS-CHAPv2 (RFC 2759): the response to our challenge.
     *
     * @param authenticatorChallenge 16 octets
     * @param peerChallenge 16 octets
     * @param ntResponse 24 octets
     */
    record MsChapV2(
            ClientContext client,
            String user,
            int identifier,
            Octets authenticatorChallenge,
            Octets peerChallenge,
            Octets ntResponse)
            implements AuthRequest {}

    /** A certificate chain, leaf first, whose private key the protocol has seen used (TLS CertificateVerify, IKE AUTH). */
    record CertificateChain(ClientContext client, List<X509Certificate> chain) implements AuthRequest {
        public CertificateChain {
            chain = List.copyOf(chain);
        }
    }

    /** A bearer token (OpenID Connect). */
    record BearerToken(ClientContext client, String user, Secret token) implements AuthRequest {}

    /**
     * Every part must be accepted, in order; the first refusal or challenge is the answer. Grants are merged: the last part names the user,
     * what it leaves open the earlier ones fill in.
     */
    record Every(ClientContext client, List<AuthRequest> parts) implements AuthRequest {
        public Every {
            parts = List.copyOf(parts);
        }
    }
}
