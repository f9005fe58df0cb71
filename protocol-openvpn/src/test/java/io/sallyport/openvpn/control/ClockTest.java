package io.sallyport.openvpn.control;

import static io.sallyport.openvpn.control.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.tls.TestPki.Keys;
import io.sallyport.core.tls.TlsSettings.Versions;
import io.sallyport.openvpn.control.ReliableSender.Kind;
import io.sallyport.openvpn.control.ServerTerms.Require;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clock starts anywhere, may be negative, and wraps. */
class ClockTest {
    private static final Ends ENDS = new Ends(Keys.ECDSA);
    private static final ServerTerms EACH_MINUTE = new ServerTerms(
            ServerTerms.ALL_CIPHERS, Require.ANY, 10, 60, 1400, Duration.ofMinutes(1), Duration.ofSeconds(60), true);

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -10_000 * SECOND, -20 * SECOND, 0, Long.MAX_VALUE - 20 * SECOND})
    void connectsAndRenegotiatesOnlyWhenItIsTime(long start) {
        Wire wire = new Wire(1, 10, start);
        ServerEnd server = ENDS.server(wire, EACH_MINUTE, Versions.TLS_1_3_ONLY);
        ClientEnd client = ENDS.client(wire, Ends.terms(), Versions.TLS_1_3_ONLY, "alice", server);
        wire.run(50 * SECOND);
        assertThat(server.events).containsExactly("authenticate", "admit alice", "install 0", "activate 0", "up");
        wire.run(60 * SECOND);
        assertThat(server.active).isEqualTo(1);
        assertThat(client.keys).isEqualTo(server.keys).containsKey(1);
        wire.run(60 * SECOND);
        assertThat(server.closed).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {-10_000 * SECOND, Long.MAX_VALUE - 20 * SECOND})
    void withoutRenegotiationTheFirstKeyStays(long start) {
        Wire wire = new Wire(1, 0, start);
        ServerTerms never = new ServerTerms(
                ServerTerms.ALL_CIPHERS, Require.ANY, 10, 60, 1400, Duration.ZERO, Duration.ofSeconds(60), true);
        ServerEnd server = ENDS.server(wire, never, Versions.TLS_1_3_ONLY);
        ENDS.client(wire, Ends.terms(), Versions.TLS_1_3_ONLY, "alice", server);
        wire.run(200 * SECOND);
        assertThat(server.events).endsWith("up");
        assertThat(server.active).isZero();
    }

    @Test
    void resendsAcrossTheWrapAndNotBefore() {
        ReliableSender sender = new ReliableSender(0);
        long now = Long.MAX_VALUE - SECOND / 2;
        sender.add(Kind.CONTROL, Octets.EMPTY, now);
        assertThat(sender.due(now)).isNotNull();
        assertThat(sender.deadline()).isEqualTo(now + SECOND).isNegative();
        assertThat(sender.due(now)).isNull();
        assertThat(sender.due(now + SECOND - 1)).isNull();
        assertThat(sender.due(now + SECOND)).isNotNull();
    }

    @Test
    void neverIsNoTimeOfTheClock() {
        assertThat(Deadline.passed(Deadline.NEVER, -5)).isFalse();
        assertThat(Deadline.passed(Deadline.NEVER, Deadline.NEVER)).isFalse();
        assertThat(Deadline.after(Long.MAX_VALUE - 1, 1)).isNotEqualTo(Deadline.NEVER);
        assertThat(Deadline.earlier(Deadline.NEVER, Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
        assertThat(Deadline.earlier(Long.MIN_VALUE, Long.MAX_VALUE - 1)).isEqualTo(Long.MAX_VALUE - 1);
    }
}
