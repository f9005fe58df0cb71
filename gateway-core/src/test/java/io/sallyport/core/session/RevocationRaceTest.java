package io.sallyport.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.session.Admission.Admittance;
import io.sallyport.core.support.SessionGrants;
import io.sallyport.core.support.TestGateway;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A grant that is withdrawn while its session is on the way in. */
class RevocationRaceTest {
    private final Set<String> revoked = ConcurrentHashMap.newKeySet();
    private final List<Integer> findable = new CopyOnWriteArrayList<>();
    private final TestGateway gateway = new TestGateway(
            request -> new AuthDecision.Reject(RejectReason.BAD_CREDENTIALS, "nobody is asked"),
            this::isAcceptable,
            "10.8.0.0/24");

    private boolean isAcceptable(Grant grant) {
        findable.add(gateway.core.sessions().byUser(grant.user()).size());
        if (grant.user().equals("bug")) {
            throw new IllegalStateException("a bug, thrown by the test");
        }
        return !revoked.contains(grant.user());
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    /** The sweep came before there was anything to find, so the session must find out itself. */
    @Test
    void loginThatASweepMissedIsRefused() {
        Secret keys = Secret.taking(new byte[64]);
        revoked.add("alice");
        assertThat(gateway.core.sessions().closeWhere(s -> s.user().equals("alice"), CloseReason.REVOKED))
                .isZero();
        assertThat(gateway.admit(0, SessionGrants.withKeys("alice", keys)))
                .isInstanceOfSatisfying(Admittance.Refused.class, refused -> {
                    assertThat(refused.temporary()).isFalse();
                    assertThat(refused.detail()).contains("no longer accepted");
                });
        assertNothingIsLeft("alice closed REVOKED");
    }

    @Test
    void sessionCanBeFoundWhenItsGrantIsJudged() {
        Session alice = gateway.open(0, Grant.of("alice"));
        assertThat(findable).containsExactly(1);
        assertThat(alice.state()).isEqualTo(Session.State.OPEN);
    }

    @Test
    void checkThatFailsLetsNobodyIn() {
        assertThat(gateway.admit(0, Grant.of("bug"))).isInstanceOf(Admittance.Refused.class);
        assertNothingIsLeft("bug closed REVOKED");
    }

    private void assertNothingIsLeft(String event) {
        assertThat(gateway.events).contains(event);
        assertThat(gateway.core.sessions().isEmpty()).isTrue();
        assertThat(gateway.core.pools().usage().values()).allMatch(usage -> usage.inUse() == 0);
    }
}
