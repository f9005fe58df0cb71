package io.sallyport.core.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.support.SessionGrants;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GrantTest {
    @Test
    void timeoutsOfZeroAndLessAreNone() {
        for (Duration none : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1)}) {
            Grant grant = SessionGrants.withTimeouts("alice", none, none);
            assertThat(grant.sessionTimeout()).isNull();
            assertThat(grant.idleTimeout()).isNull();
        }
        Grant grant = SessionGrants.withTimeouts("alice", Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(grant.sessionTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(grant.idleTimeout()).isEqualTo(Duration.ofSeconds(2));
    }
}
