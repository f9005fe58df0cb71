package io.sallyport.core.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.core.auth.EapConversation.Step;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EapMsChapV2Test {
    private final LocalUsers users = new LocalUsers(
            Map.of(
                    "alice", LocalUsersTest.user("alice", "wonderland", false),
                    "carol", LocalUsersTest.user("carol", "ivory", true)),
            new FailureDamping(),
            new SecureRandom(),
            Instant::now);
    private final TestEapPeer peer = new TestEapPeer("alice");
    private final EapConversation conversation = users.eap(Clients.ONE);

    @Test
    void endsInSuccessWithKeysForTheRightPassword() throws Exception {
        // EAP-Request/Identity -->, EAP-Response/Identity <--
        Octets identity = request(conversation.receive(Octets.EMPTY));
        Octets challenge = request(conversation.receive(peer.identity(identity)));
        assertThat(challenge.at(4)).isEqualTo((byte) 26);
        assertThat(challenge.length()).isEqualTo((challenge.at(7) << 8 | challenge.at(8)) + 5);
        // EAP-Request/MSCHAPv2 Challenge -->, Response <--
        Octets success = request(conversation.receive(peer.answer(challenge, "wonderland")));
        assertThat(success.at(5)).isEqualTo((byte) 3);
        // EAP-Request/MSCHAPv2 Success -->, Success <--, EAP-Success -->
        Step last = conversation.receive(peer.successSeen(success, "wonderland"));
        assertThat(last).isInstanceOfSatisfying(Step.Success.class, done -> {
            assertThat(done.packet()).isEqualTo(Octets.of((byte) 3, success.at(1), (byte) 0, (byte) 4));
            assertThat(done.grant().user()).isEqualTo("alice");
            assertThat(keys(done.grant()).length()).isEqualTo(64);
        });
        conversation.close();
        assertThat(keys(((Step.Success) last).grant()).expose()).hasSize(64);
    }

    @Test
    void takesAnIdentityThatTheProtocolAskedForItself() throws Exception {
        Octets challenge = request(conversation.receive(TestEapPeer.response(77, 1, (byte) 'x')));
        assertThat(challenge.at(1)).isEqualTo((byte) 78);
        assertThat(request(conversation.receive(peer.answer(challenge, "wonderland")))
                        .at(5))
                .isEqualTo((byte) 3);
    }

    @Test
    void stripsTheDomainForTheChallengeHashAndTheLookUp() throws Exception {
        TestEapPeer windows = new TestEapPeer("CORP\\alice");
        Octets challenge = challenge(windows);
        assertThat(request(conversation.receive(windows.answer(challenge, "wonderland")))
                        .at(5))
                .isEqualTo((byte) 3);
    }

    @Test
    void allowsThreeTriesEachWithANewChallenge() throws Exception {
        Octets failure = request(conversation.receive(peer.answer(challenge(peer), "wrong")));
        assertThat(TestEapPeer.message(failure)).matches("E=691 R=1 C=[0-9A-F]{32} V=3 M=.*");
        Octets second = request(conversation.receive(peer.answer(failure, "wrong again")));
        assertThat(TestEapPeer.message(second)).contains("R=1").isNotEqualTo(TestEapPeer.message(failure));
        assertThat(request(conversation.receive(peer.answer(second, "wonderland")))
                        .at(5))
                .isEqualTo((byte) 3);
    }

    @Test
    void endsInFailureAfterTheThirdWrongPassword() throws Exception {
        Octets failure = challenge(peer);
        for (int i = 0; i < 3; i++) {
            failure = request(conversation.receive(peer.answer(failure, "wrong")));
        }
        assertThat(TestEapPeer.message(failure)).contains("E=691 R=0");
        Step last = conversation.receive(TestEapPeer.response(failure.at(1), 26, (byte) 4));
        assertThat(last).isInstanceOfSatisfying(Step.Failure.class, done -> {
            assertThat(done.packet())
                    .isEqualTo(Octets.of((byte) 4, last.packet().at(1), (byte) 0, (byte) 4));
            assertThat(done.reject().reason()).isEqualTo(RejectReason.BAD_CREDENTIALS);
        });
        assertThat(conversation.receive(peer.answer(failure, "wonderland"))).isEqualTo(last);
    }

    @Test
    void tellsADisabledUserSo() throws Exception {
        TestEapPeer carol = new TestEapPeer("carol");
        Octets failure = request(conversation.receive(carol.answer(challenge(carol), "ivory")));
        assertThat(TestEapPeer.message(failure)).startsWith("E=647 R=0");
    }

    /** RFC 2759 §6: "648 ERROR_PASSWD_EXPIRED", and no other try. */
    @Test
    void tellsWhoKnowsAnExpiredPasswordSoAndNobodyElse() throws Exception {
        EapConversation late =
                LocalUsersTest.expiring(Instant.parse("2027-01-31T00:00:00Z")).eap(Clients.ONE);
        TestEapPeer user = new TestEapPeer("User");
        Octets challenge = request(late.receive(user.identity(request(late.receive(Octets.EMPTY)))));
        Octets wrong = request(late.receive(user.answer(challenge, "wrong")));
        assertThat(TestEapPeer.message(wrong)).startsWith("E=691 R=1");
        Octets failure = request(late.receive(user.answer(wrong, "clientPass")));
        assertThat(TestEapPeer.message(failure)).matches("E=648 R=0 C=[0-9A-F]{32} V=3 M=the password has expired");
        assertThat(late.receive(TestEapPeer.response(failure.at(1), 26, (byte) 4)))
                .isInstanceOfSatisfying(
                        Step.Failure.class,
                        done -> assertThat(done.reject().reason()).isEqualTo(RejectReason.PASSWORD_EXPIRED));
    }

    @Test
    void endsWhenThePeerWantsAnotherMethod() throws Exception {
        Octets challenge = challenge(peer);
        Step step = conversation.receive(TestEapPeer.response(challenge.at(1), 3, (byte) 13));
        assertThat(step).isInstanceOfSatisfying(Step.Failure.class, done -> {
            assertThat(done.reject().reason()).isEqualTo(RejectReason.METHOD_UNSUPPORTED);
            assertThat(done.reject().detail()).contains("EAP-TLS");
        });
    }

    @Test
    void repeatsTheRequestForAnAnswerToAnother() throws Exception {
        Octets challenge = challenge(peer);
        Octets stale = TestEapPeer.response(challenge.at(1) + 9, 26, (byte) 2);
        assertThat(request(conversation.receive(stale))).isEqualTo(challenge);
        assertThat(request(conversation.receive(peer.answer(challenge, "wonderland")))
                        .at(5))
                .isEqualTo((byte) 3);
    }

    @Test
    void endsAConversationWithoutEnd() throws Exception {
        Octets challenge = challenge(peer);
        Step step = new Step.Request(challenge);
        for (int i = 0; i < 20; i++) {
            step = conversation.receive(TestEapPeer.response(challenge.at(1) + 1, 26, (byte) 2));
        }
        assertThat(step).isInstanceOf(Step.Failure.class);
    }

    @Test
    void wipesKeysThatNobodyCameFor() throws Exception {
        Secret keys = Secret.taking(new byte[64]);
        Authenticator judge = _ -> new AuthDecision.Accept(grantWith(keys), "S=1");
        EapConversation open = EapServer.of(List.of(new EapMsChapV2(Clients.ONE, judge, new SecureRandom())));
        Octets challenge = request(open.receive(TestEapPeer.response(1, 1)));
        request(open.receive(peer.answer(challenge, "any")));
        open.close();
        open.close();
        assertThatThrownBy(keys::expose).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void noPacketThrowsAnythingUnchecked() throws Exception {
        Random random = new Random(26);
        int succeeded = 0;
        for (int run = 0; run < 3000; run++) {
            EapConversation any = users.eap(Clients.from("192.0.2." + run % 250));
            Step step = any.receive(Octets.EMPTY);
            for (int i = 0; i < 6 && step instanceof Step.Request; i++) {
                step = any.receive(
                        mutated(random, next(step.packet()), step.packet().at(1)));
            }
            succeeded += step instanceof Step.Success ? 1 : 0;
            any.close();
        }
        // Some 890 do: half of the packets are as they should be, and a change does not always matter.
        assertThat(succeeded).isGreaterThan(750).isLessThan(3000);
    }

    private Octets next(Octets request) {
        if (request.at(4) == 1) {
            return peer.identity(request);
        }
        return request.at(5) == 3
                ? TestEapPeer.response(request.at(1), 26, (byte) 3)
                : peer.answer(request, "wonderland");
    }

    private static Octets mutated(Random random, Octets packet, int identifier) {
        byte[] octets = packet.toByteArray();
        switch (random.nextInt(6)) {
            case 0 -> octets[random.nextInt(octets.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> {
                return packet.slice(0, random.nextInt(packet.length() + 1));
            }
            case 2 -> {
                byte[] data = new byte[random.nextInt(80)];
                random.nextBytes(data);
                return TestEapPeer.response(identifier, random.nextBoolean() ? 26 : random.nextInt(256), data);
            }
            default -> {
                return packet;
            }
        }
        return Octets.of(octets);
    }

    private Octets challenge(TestEapPeer from) throws InterruptedException {
        return request(conversation.receive(from.identity(request(conversation.receive(Octets.EMPTY)))));
    }

    private static Octets request(Step step) {
        assertThat(step).isInstanceOf(Step.Request.class);
        assertThat(step.packet().at(0)).isEqualTo((byte) 1);
        return step.packet();
    }

    private static Grant grantWith(Secret keys) {
        Grant bare = Grant.of("alice");
        return new Grant(
                "alice",
                Set.of(),
                null,
                null,
                null,
                null,
                bare.framedRoutes(),
                null,
                null,
                bare.limits(),
                null,
                null,
                keys,
                null);
    }

    private static Secret keys(Grant grant) {
        Secret keys = grant.keyingMaterial();
        assertThat(keys).isNotNull();
        return Objects.requireNonNull(keys);
    }
}
