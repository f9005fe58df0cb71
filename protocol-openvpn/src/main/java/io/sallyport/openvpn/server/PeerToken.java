package io.sallyport.openvpn.server;

import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.TokenIssuer;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.session.CloseReason;
import org.jspecify.annotations.Nullable;

/** What stands for one client's password: the token that it came with, or the one that it is given. */
final class PeerToken {
    private final TokenIssuer tokens;
    private String user = "";
    private @Nullable Octets token;

    PeerToken(TokenIssuer tokens) {
        this.tokens = tokens;
    }

    /** What the client brings; the secrets are still there. */
    void brought(AuthRequest request) {
        switch (request) {
            case AuthRequest.Password password -> {
                user = password.user();
                Octets found = tokens.find(password.password());
                // The one that it has been admitted with: what it brings later may be refused, or another session's.
                token = token == null ? found : token;
            }
            case AuthRequest.Every every -> every.parts().forEach(this::brought);
            case AuthRequest.CertificateChain chain -> {}
            case AuthRequest.BearerToken bearer -> {}
            case AuthRequest.MsChapV2 response -> {}
        }
    }

    /** For a client that came in with a password; null for one that has a token already, or needs none. */
    @Nullable
    String issue(Grant grant) {
        if (user.isEmpty() || token != null) {
            return null;
        }
        TokenIssuer.Issued issued = tokens.issue(user, grant);
        if (issued == null) {
            return null;
        }
        token = issued.token();
        return issued.text();
    }

    /** After these ends a client that comes back has to show again who it is. */
    void ended(CloseReason reason) {
        Octets given = token;
        if (given == null) {
            return;
        }
        switch (reason) {
            case SESSION_TIMEOUT, ADMINISTRATOR, DISCONNECT_REQUEST, REVOKED, REAUTHENTICATION_FAILED ->
                tokens.revoke(given);
            case CLIENT_EXIT,
                    CLIENT_RECONNECTED,
                    CLIENT_TIMEOUT,
                    CONNECTION_LOST,
                    IDLE_TIMEOUT,
                    KEYS_EXPIRED,
                    REPLACED,
                    PROTOCOL_ERROR,
                    BINDING_FAILED,
                    HANDSHAKE_FAILED,
                    NETWORK_LOST,
                    SHUTDOWN,
                    INTERNAL_ERROR -> {}
        }
    }
}
