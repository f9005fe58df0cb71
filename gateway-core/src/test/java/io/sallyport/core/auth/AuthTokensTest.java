package io.sallyport.core.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AuthTokensTest {
    private static final Duration LIFE = Duration.ofHours(12);
    private static final Duration IDLE = Duration.ofHours(4);

    private final AtomicLong now = new AtomicLong(-5);
    private boolean acceptable = true;
    private final AuthTokens tokens = new AuthTokens(LIFE, IDLE, _ -> acceptable, new SecureRandom(), now::get);

    @Test
    void aTokenStandsForThePasswordOfItsUserAlone() {
        String text = issue("alice", Grant.of("alice").withThumbprint("aa")).text();
        assertThat(accept("alice", text).grant()).isEqualTo(Grant.of("alice"));
        assertThat(reject("mallory", text)).isEqualTo(RejectReason.TOKEN_EXPIRED);
        assertThat(accept("alice", text).grant().user()).isEqualTo("alice");
    }

    @Test
    void onlyAHashIsKeptAndNoKeyingMaterial() {
        Secret keys = Secret.taking(new byte[64]);
        Grant with = new Grant(
                "alice",
                java.util.Set.of("staff"),
                null,
                null,
                null,
                null,
                List.of(),
                null,
                null,
                Grant.Limits.NONE,
                null,
                null,
                keys,
                null);
        TokenIssuer.Issued issued = issue("alice", with);
        assertThat(issued.text()).matches("SPT1-[0-9a-f]{64}");
        assertThat(issued.toString()).doesNotContain(issued.text());
        assertThat(issued.text()).doesNotContain(issued.token().toHex());
        Grant granted = accept("alice", issued.text()).grant();
        assertThat(granted.keyingMaterial()).isNull();
        assertThat(granted.groups()).containsExactly("staff");
    }

    @Test
    void thoseOfAWithdrawnGrantCountNoMore() {
        String alice = issue("alice", Grant.of("alice")).text();
        String bob = issue("EXAMPLE\\bob", Grant.of("bob")).text();
        tokens.revokeWhere(grant -> grant.user().equals("bob"));
        assertThat(reject("EXAMPLE\\bob", bob)).isEqualTo(RejectReason.TOKEN_EXPIRED);
        accept("alice", alice);
        assertThat(tokens.count()).isEqualTo(1);
    }

    @Test
    void itEndsInTimeInAllAndWithoutUse() {
        String used = issue("alice", Grant.of("alice")).text();
        String unused = issue("alice", Grant.of("alice")).text();
        for (int hour = 3; hour < 12; hour += 3) {
            now.addAndGet(Duration.ofHours(3).toNanos());
            accept("alice", used);
        }
        assertThat(reject("alice", unused)).isEqualTo(RejectReason.TOKEN_EXPIRED);
        now.addAndGet(Duration.ofHours(3).toNanos());
        assertThat(reject("alice", used)).isEqualTo(RejectReason.TOKEN_EXPIRED);
        issue("bob", Grant.of("bob"));
        assertThat(tokens.count()).as("the expired are forgotten").isEqualTo(1);
    }

    @Test
    void itLivesNoLongerThanASessionMay() {
        Grant hour = Grant.of("alice").withDefaultTimeouts(Duration.ofHours(1), null);
        String text = issue("alice", hour).text();
        now.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(reject("alice", text)).isEqualTo(RejectReason.TOKEN_EXPIRED);
    }

    @Test
    void itEndsWithWhatWasGrantedAndWithItsSession() {
        String text = issue("alice", Grant.of("alice")).text();
        acceptable = false;
        assertThat(reject("alice", text)).isEqualTo(RejectReason.TOKEN_EXPIRED);
        acceptable = true;
        assertThat(reject("alice", text)).as("for good").isEqualTo(RejectReason.TOKEN_EXPIRED);
        TokenIssuer.Issued other = issue("alice", Grant.of("alice"));
        tokens.revoke(other.token());
        assertThat(reject("alice", other.text())).isEqualTo(RejectReason.TOKEN_EXPIRED);
        String third = issue("alice", Grant.of("alice")).text();
        tokens.replace(Duration.ZERO, IDLE);
        assertThat(reject("alice", third)).isEqualTo(RejectReason.TOKEN_EXPIRED);
        assertThat(tokens.issue("alice", Grant.of("alice"))).isNull();
    }

    @Test
    void aUserHoldsABoundedNumberAndTakesNobodyElses() {
        String bob = issue("bob", Grant.of("bob")).text();
        String first = issue("alice", Grant.of("alice")).text();
        String last = first;
        for (int i = 0; i < 40; i++) {
            last = issue("alice", Grant.of("alice")).text();
        }
        assertThat(tokens.count()).isEqualTo(33);
        assertThat(reject("alice", first)).isEqualTo(RejectReason.TOKEN_EXPIRED);
        accept("alice", last);
        accept("bob", bob);
    }

    @Test
    void passwordsAreLeftToOthersAndOldTokensAreNot() throws InterruptedException {
        int[] asked = {0};
        Authenticator methods = Authenticators.of(
                List.of(tokens, request -> {
                    asked[0]++;
                    return new AuthDecision.Reject(RejectReason.BAD_CREDENTIALS, "wrong");
                }),
                new FailureDamping(3, Duration.ofMinutes(1), now::get));
        String before = "SPT1-" + "0f".repeat(32);
        for (int i = 0; i < 20; i++) {
            AuthDecision decision = methods.authenticate(password("alice", before));
            assertThat(decision)
                    .isInstanceOfSatisfying(
                            AuthDecision.Reject.class,
                            reject -> assertThat(reject.reason()).isEqualTo(RejectReason.TOKEN_EXPIRED));
        }
        assertThat(asked[0]).isZero();
        assertThat(methods.authenticate(password("alice", "SPT1-" + "0F".repeat(32))))
                .isInstanceOfSatisfying(
                        AuthDecision.Reject.class,
                        reject -> assertThat(reject.reason()).isEqualTo(RejectReason.BAD_CREDENTIALS));
        assertThat(asked[0]).isEqualTo(1);
    }

    private TokenIssuer.Issued issue(String user, Grant grant) {
        return Objects.requireNonNull(tokens.issue(user, grant));
    }

    private AuthDecision.Accept accept(String user, String text) {
        return (AuthDecision.Accept) tokens.authenticate(password(user, text));
    }

    private RejectReason reject(String user, String text) {
        return ((AuthDecision.Reject) tokens.authenticate(password(user, text))).reason();
    }

    private static AuthRequest.Password password(String user, String text) {
        return new AuthRequest.Password(Clients.ONE, user, Secret.taking(text.getBytes(StandardCharsets.UTF_8)), null);
    }
}
