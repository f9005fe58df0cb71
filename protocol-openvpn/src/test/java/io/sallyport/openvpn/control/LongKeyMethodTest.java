package io.sallyport.openvpn.control;

import static io.sallyport.openvpn.control.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.tls.TestPki.Keys;
import io.sallyport.core.tls.TlsSettings.Versions;
import io.sallyport.openvpn.wire.KeyMethod2;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords as long as a single sign-on token, and what they may cost together. */
class LongKeyMethodTest {
    private static final Ends ENDS = new Ends(Keys.ECDSA);
    private static final Versions VERSIONS = Versions.TLS_1_3_ONLY;

    private final Wire wire = new Wire(1, 0);

    @ParameterizedTest
    @ValueSource(ints = {15_000, 16_384, 32_000, KeyMethod2.MAX_PASSWORD_OCTETS - 1})
    void aMessageOfSeveralRecordsIsPutTogether(int length) {
        ServerEnd server = ENDS.server(wire, ServerTerms.standard(true), VERSIONS);
        try (Secret password = password(length)) {
            ClientEnd client = ENDS.client(wire, ClientTerms.standard("alice", password, true), VERSIONS, null, server);
            wire.run(10 * SECOND);
            assertThat(client.up).isNotNull();
            assertThat(server.requests.getFirst())
                    .isInstanceOfSatisfying(
                            AuthRequest.Password.class,
                            request -> assertThat(request.password().matches(password.expose()))
                                    .isTrue());
        }
        assertThat(server.commons.budget().taken())
                .as("given back with the decision")
                .isZero();
    }

    @Test
    void aPasswordBeyondItsLimitIsRefused() {
        ServerEnd server = ENDS.server(wire, ServerTerms.standard(true), VERSIONS);
        try (Secret password = password(KeyMethod2.MAX_PASSWORD_OCTETS)) {
            ENDS.client(wire, ClientTerms.standard("alice", password, true), VERSIONS, null, server);
            wire.run(10 * SECOND);
        }
        assertThat(server.closed).isEqualTo(CloseReason.PROTOCOL_ERROR);
        assertThat(server.detail).isEqualTo("45057 octets of password");
        assertThat(server.commons.budget().taken()).isZero();
    }

    @Test
    void oneThatFindsNothingLeftEndsAndOneThatNeedsNothingGoesOn() {
        ServerEnd server = ENDS.server(wire, ServerTerms.standard(true), VERSIONS);
        server.commons = new ServerCommons(
                new HandshakeBudget(3 * HandshakeBudget.PIECE_OCTETS), new Challenges(new Random(1)::nextBytes));
        try (Secret password = password(40_000)) {
            ENDS.client(wire, ClientTerms.standard("alice", password, true), VERSIONS, null, server);
            wire.run(10 * SECOND);
        }
        assertThat(server.closed).isEqualTo(CloseReason.HANDSHAKE_FAILED);
        assertThat(server.detail).isEqualTo("TLS: all handshakes together hold too much");
        assertThat(server.commons.budget().refused()).isEqualTo(1);
        assertThat(server.commons.budget().taken()).isZero();

        Wire other = new Wire(2, 0);
        ServerEnd next = ENDS.server(other, ServerTerms.standard(true), VERSIONS);
        next.commons = server.commons;
        try (Secret password = password(100)) {
            ClientEnd client = ENDS.client(other, ClientTerms.standard("bob", password, true), VERSIONS, null, next);
            other.run(10 * SECOND);
            assertThat(client.up).isNotNull();
        }
    }

    /** A thousand at once: what they hold together stays below the bound, whatever each wants. */
    @Test
    void aThousandAtOnceStayBelowTheBound() {
        long limit = 16L * 1024 * 1024;
        HandshakeBudget budget = new HandshakeBudget(limit);
        List<HandshakeBudget.Share> shares = new ArrayList<>();
        int[] refused = {0};
        boolean[] ended = new boolean[1000];
        for (int i = 0; i < ended.length; i++) {
            shares.add(budget.share());
        }
        // Packet by packet, all abreast, up to 64 KiB each.
        for (int octets = 1100; octets <= 64 * 1024; octets += 1100) {
            for (int i = 0; i < ended.length; i++) {
                if (!ended[i] && !shares.get(i).covers(octets)) {
                    ended[i] = true;
                    refused[0]++;
                    shares.get(i).giveBack();
                }
                assertThat(budget.taken()).isLessThanOrEqualTo(limit);
            }
        }
        // 48 KiB each beyond what is free: 341 fit.
        assertThat(1000 - refused[0]).isBetween(300, 341);
        assertThat(budget.refused()).isEqualTo(refused[0]);
        shares.forEach(HandshakeBudget.Share::giveBack);
        assertThat(budget.taken()).isZero();
    }

    private static Secret password(int length) {
        byte[] octets = new byte[length];
        Arrays.fill(octets, (byte) 'x');
        return Secret.taking(octets);
    }
}
