package io.sallyport.openvpn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.AuthTokens;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.session.CloseReason;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PeerTokenTest {
    private static final InetSocketAddress ANY = new InetSocketAddress("192.0.2.7", 40000);

    private final AuthTokens tokens =
            new AuthTokens(Duration.ofHours(1), Duration.ofHours(1), grant -> true, new SecureRandom(), () -> 0L);
    private final PeerToken peer = new PeerToken(tokens);

    @Test
    void aTokenThatWasBroughtIsNotReplacedByAnother() {
        String issued = issue();
        PeerToken back = new PeerToken(tokens);
        back.brought(password(issued));
        assertThat(back.issue(Grant.of("alice"))).isNull();
        assertThat(tokens.count()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = CloseReason.class,
            names = {"SESSION_TIMEOUT", "ADMINISTRATOR", "DISCONNECT_REQUEST", "REVOKED", "REAUTHENTICATION_FAILED"})
    void whatIsBroughtInARenegotiationDoesNotSaveTheTokenOfTheSession(CloseReason reason) {
        String issued = issue();
        peer.brought(password("SPT1-" + "0".repeat(64)));
        peer.ended(reason);
        assertThat(counts(issued)).isFalse();
    }

    @Test
    void anEndThatIsNobodysWishKeepsIt() {
        String issued = issue();
        peer.ended(CloseReason.CONNECTION_LOST);
        assertThat(counts(issued)).isTrue();
    }

    private boolean counts(String token) {
        return tokens.authenticate(password(token)) instanceof io.sallyport.core.auth.AuthDecision.Accept;
    }

    private String issue() {
        peer.brought(password("wonderland"));
        return Objects.requireNonNull(peer.issue(Grant.of("alice")));
    }

    private static AuthRequest.Password password(String text) {
        ClientContext context = new ClientContext("openvpn-udp", "0123456789abcdef", ANY, ANY);
        return new AuthRequest.Password(
                context, "alice", Secret.taking(text.getBytes(StandardCharsets.US_ASCII)), null);
    }
}
