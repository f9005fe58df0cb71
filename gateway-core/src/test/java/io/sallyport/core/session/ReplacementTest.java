package io.sallyport.core.session;

import static io.sallyport.core.support.SessionGrants.withAddress;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.GatewaySettings;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.session.Admission.Admittance;
import io.sallyport.core.support.RecordingLink;
import io.sallyport.core.support.TestGateway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A user who connects again, and what only one session can have. */
class ReplacementTest {
    private final TestGateway gateway = new TestGateway();

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void userGetsItsFixedAddressFromItsOlderSession() {
        for (String address : new String[] {"10.8.0.77", "203.0.113.9"}) {
            RecordingLink link = new RecordingLink();
            Session older = gateway.up(0, withAddress("alice", address), link);
            Session newer = gateway.open(1, withAddress("alice", address));
            assertThat(older.state()).isEqualTo(Session.State.CLOSED);
            assertThat(link.closed()).containsExactly(CloseReason.REPLACED);
            assertThat(newer.lease().ipv4()).isEqualTo(older.lease().ipv4());
            assertThat(gateway.core.sessions().all()).containsExactly(newer);
            newer.close(CloseReason.CLIENT_EXIT);
            gateway.settle();
        }
    }

    @Test
    void addressOfAnotherUserStaysTaken() {
        Session alice = gateway.open(0, withAddress("alice", "10.8.0.77"));
        assertThat(gateway.admit(1, withAddress("bob", "10.8.0.77")))
                .isInstanceOfSatisfying(
                        Admittance.Refused.class, r -> assertThat(r.detail()).contains("in use by alice"));
        assertThat(alice.state()).isEqualTo(Session.State.OPEN);
        assertThat(gateway.core.sessions().all()).containsExactly(alice);
    }

    @Test
    void sessionOverTheLimitOfItsUserReplacesTheOldest() {
        GatewaySettings now = gateway.core.settings();
        gateway.core.replaceSettings(new GatewaySettings(now.clients(), now.forwarding(), new SessionLimits(4, 2)));
        Session first = gateway.open(0, Grant.of("alice"));
        Session second = gateway.open(1, Grant.of("alice"));
        Session bob = gateway.open(1, Grant.of("bob"));
        Session third = gateway.open(0, Grant.of("alice"));
        assertThat(gateway.core.sessions().byUser("alice")).containsExactly(second, third);
        assertThat(first.state()).isEqualTo(Session.State.CLOSED);
        assertThat(bob.state()).isEqualTo(Session.State.OPEN);
        assertThat(gateway.events).contains("alice closed REPLACED");
    }
}
