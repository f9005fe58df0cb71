package io.sallyport.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.GatewaySettings;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.session.Admission.Admittance;
import io.sallyport.core.support.RecordingLink;
import io.sallyport.core.support.SessionGrants;
import io.sallyport.core.support.TestGateway;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many sessions one user may have, and how long they last when their grant does not say. */
class UserLimitsTest {
    private final TestGateway gateway = new TestGateway();

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void sessionOverTheLimitIsRefusedWhereNothingIsReplaced() {
        limit(new SessionLimits(SessionLimits.UNLIMITED, Map.of(), 2, false, null, null));
        Session first = gateway.open(0, Grant.of("alice"));
        gateway.open(1, Grant.of("alice"));
        assertThat(gateway.admit(0, Grant.of("alice"))).isInstanceOfSatisfying(Admittance.Refused.class, refused -> {
            assertThat(refused.detail()).contains("alice has 2 sessions");
            assertThat(refused.temporary()).isTrue();
        });
        assertThat(gateway.admit(0, Grant.of("bob"))).isInstanceOf(Admittance.Opened.class);
        assertThat(first.state()).isEqualTo(Session.State.OPEN);
    }

    /** A client that lost its connection comes back before the gateway has given its session up. */
    @Test
    void sessionOfASilentClientMakesRoom() {
        for (boolean replace : new boolean[] {false, true}) {
            limit(new SessionLimits(SessionLimits.UNLIMITED, Map.of(), 2, replace, null, null));
            RecordingLink lost = new RecordingLink();
            Session oldest = gateway.up(0, Grant.of("alice"), new RecordingLink());
            Session silent = gateway.up(1, Grant.of("alice"), lost);
            lost.fallSilent();
            Session again = gateway.open(0, Grant.of("alice"));
            assertThat(lost.closed()).containsExactly(CloseReason.CLIENT_TIMEOUT);
            assertThat(silent.state()).isEqualTo(Session.State.CLOSED);
            assertThat(gateway.core.sessions().all()).containsExactly(oldest, again);
            gateway.core.sessions().closeAll(CloseReason.ADMINISTRATOR);
            gateway.settle();
        }
    }

    /** The limit may have been lowered while they were up. */
    @Test
    void newestSessionTakesThePlaceOfAsManyAsItTakes() {
        Session first = gateway.open(0, Grant.of("alice"));
        Session second = gateway.open(1, Grant.of("alice"));
        limit(new SessionLimits(SessionLimits.UNLIMITED, 1));
        Session third = gateway.open(0, Grant.of("alice"));
        assertThat(first.state()).isEqualTo(Session.State.CLOSED);
        assertThat(second.state()).isEqualTo(Session.State.CLOSED);
        assertThat(gateway.core.sessions().all()).containsExactly(third);
    }

    @Test
    void timeoutsOfTheGatewayHoldWhereTheGrantNamesNone() {
        Duration day = Duration.ofDays(1);
        limit(new SessionLimits(SessionLimits.UNLIMITED, Map.of(), 1, false, day, Duration.ofHours(2)));
        Grant alice = gateway.open(0, Grant.of("alice")).grant();
        assertThat(alice.sessionTimeout()).isEqualTo(day);
        assertThat(alice.idleTimeout()).isEqualTo(Duration.ofHours(2));
        Grant bob = gateway.open(0, SessionGrants.withTimeouts("bob", Duration.ofHours(1), null))
                .grant();
        assertThat(bob.sessionTimeout()).isEqualTo(Duration.ofHours(1));
        assertThat(bob.idleTimeout()).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void sessionEndsWhenTheGatewaysTimeIsUp() {
        limit(new SessionLimits(SessionLimits.UNLIMITED, Map.of(), 1, false, Duration.ofMillis(50), null));
        RecordingLink link = new RecordingLink();
        gateway.up(0, Grant.of("alice"), link);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(link.closed()).containsExactly(CloseReason.SESSION_TIMEOUT));
    }

    private void limit(SessionLimits limits) {
        GatewaySettings now = gateway.core.settings();
        gateway.core.replaceSettings(new GatewaySettings(now.clients(), now.forwarding(), limits));
    }
}
