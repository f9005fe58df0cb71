package io.sallyport.core.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.core.auth.EapConversation.Step;
import io.sallyport.core.octets.Octets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EapServerTest {
    private static final int A = 13;
    private static final int B = 26;

    private final ScriptedMethod first = new ScriptedMethod(A);
    private final ScriptedMethod second = new ScriptedMethod(B);
    private final ScriptedMethod third = new ScriptedMethod(21);
    private final EapConversation conversation = EapServer.of(List.of(first, second, third));

    @Test
    void asksWhoIsThereAndOffersTheFirstMethod() throws Exception {
        // EAP-Request/Identity -->, EAP-Response/Identity <--
        Octets identity = request(conversation.receive(Octets.EMPTY));
        assertThat(identity.slice(2, identity.length())).isEqualTo(Octets.fromHex("000501"));
        // EAP-Request/first -->
        Octets offer = request(respond(identity, 1, (byte) 'a', (byte) 'l'));
        assertThat(offer.at(4)).isEqualTo((byte) A);
        assertThat(offer.at(1)).isEqualTo((byte) (identity.at(1) + 1));
        assertThat(first.identity).isEqualTo("al");
        Octets next = request(respond(offer, A, ScriptedMethod.ASK));
        // EAP-Success -->
        Step last = respond(next, A, ScriptedMethod.ACCEPT);
        assertThat(last).isInstanceOfSatisfying(Step.Success.class, success -> {
            assertThat(success.grant().user()).isEqualTo("al");
            assertThat(success.packet()).isEqualTo(Octets.of((byte) 3, next.at(1), (byte) 0, (byte) 4));
        });
        assertThat(List.of(first.closed, second.closed, third.closed)).containsOnly(true);
        assertThat(respond(next, A, ScriptedMethod.ACCEPT)).isInstanceOf(Step.Failure.class);
    }

    static Stream<Arguments> naks() {
        return Stream.of(
                arguments("legacy, one type", 3, "1a", B),
                arguments("the best of several that there is", 3, "19041a15", B),
                arguments("the peer's order, not ours", 3, "151a", 21),
                arguments("zeros between", 3, "001a", B),
                arguments("expanded", 254, "00000000000003 fe000000 0000001a", B),
                arguments("expanded, a vendor's first", 254, "00000000000003 fe00013700000001 fe0000000000 0015", 21));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("naks")
    void offersWhatThePeerWants(String name, int type, String data, int offered) throws Exception {
        Octets offer = offer();
        Octets next = request(respond(offer, type, Octets.fromHex(data).toByteArray()));
        assertThat(next.at(4)).isEqualTo((byte) offered);
        assertThat(next.at(1)).isEqualTo((byte) (offer.at(1) + 1));
        assertThat(first.closed).isTrue();
        assertThat(respond(next, offered, ScriptedMethod.ACCEPT)).isInstanceOf(Step.Success.class);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments("nothing", 3, "", "asks for no other"),
                arguments("no alternative", 3, "00", "asks for no other"),
                arguments("what there is not", 3, "0419", "asks for EAP-MD5, PEAP"),
                arguments("what it refuses", 3, "0d", "asks for EAP-TLS"),
                arguments("vendors' alone", 254, "00000000000003 fe00013700000001", "asks for no other"),
                arguments("a lot", 3, "0405060708090a0b0c0e", "EAP type 11 and more"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void endsWhereThePeerWantsNothingThatThereIs(String name, int type, String data, String detail) throws Exception {
        Step step = respond(offer(), type, Octets.fromHex(data).toByteArray());
        assertThat(step).isInstanceOfSatisfying(Step.Failure.class, failure -> {
            assertThat(failure.reject().reason()).isEqualTo(RejectReason.METHOD_UNSUPPORTED);
            assertThat(failure.reject().detail()).contains("refuses EAP-TLS").contains(detail);
        });
    }

    @Test
    void offersEachMethodOnce() throws Exception {
        Octets secondOffer = request(respond(offer(), 3, (byte) B));
        Octets thirdOffer = request(respond(secondOffer, 3, (byte) A, (byte) 21));
        assertThat(thirdOffer.at(4)).isEqualTo((byte) 21);
        Step end = respond(thirdOffer, 3, (byte) A, (byte) B);
        assertThat(end)
                .isInstanceOfSatisfying(
                        Step.Failure.class,
                        failure -> assertThat(failure.reject().detail())
                                .contains("refuses EAP-TLS, EAP-MSCHAPv2, EAP-TTLS"));
    }

    @Test
    void takesNoNakFromAPeerThatHasBegun() throws Exception {
        Octets next = request(respond(offer(), A, ScriptedMethod.ASK));
        assertThat(respond(next, 3, (byte) B))
                .isInstanceOfSatisfying(
                        Step.Failure.class,
                        failure -> assertThat(failure.reject().detail()).contains("after it had begun"));
        assertThat(second.closed).isTrue();
    }

    @Test
    void sendsTheSameRequestAgainForWhatDoesNotAnswerIt() throws Exception {
        Octets offer = offer();
        assertThat(request(conversation.receive(TestEapPeer.response(offer.at(1) - 1, 1, (byte) 'x'))))
                .as("retransmitted")
                .isEqualTo(offer);
        assertThat(request(conversation.receive(TestEapPeer.response(offer.at(1) + 5, A, ScriptedMethod.ACCEPT))))
                .as("wrong identifier")
                .isEqualTo(offer);
        assertThat(request(respond(offer, 2, (byte) 'n'))).as("notification").isEqualTo(offer);
        assertThat(request(respond(offer, 77, (byte) 1))).as("another type").isEqualTo(offer);
        assertThat(request(respond(offer, 254, (byte) 0, (byte) 1)))
                .as("an expanded type that is no Nak")
                .isEqualTo(offer);
        assertThat(request(respond(offer, A, ScriptedMethod.AGAIN)))
                .as("the method says so")
                .isEqualTo(offer);
        assertThat(respond(offer, A, ScriptedMethod.ACCEPT)).isInstanceOf(Step.Success.class);
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                arguments("empty", ""),
                arguments("code alone", "02"),
                arguments("a request", "0101000501"),
                arguments("a success", "03010004"),
                arguments("no type", "02010004"),
                arguments("an unknown code", "0901000501"),
                arguments("a length that is too long", "020100060d"),
                arguments("a length that is too short", "020100050d01"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void endsForWhatIsNoResponse(String name, String packet) throws Exception {
        offer();
        Step end = conversation.receive(Octets.fromHex(packet));
        assertThat(end)
                .isInstanceOfSatisfying(
                        Step.Failure.class,
                        failure -> assertThat(failure.reject().detail()).startsWith("malformed EAP packet"));
        assertThat(first.closed).isTrue();
    }

    @Test
    void refusesAnIdentityAndANakThatAreTooLong() throws Exception {
        assertThat(conversation.receive(TestEapPeer.response(1, 1, new byte[1021])))
                .isInstanceOf(Step.Failure.class);
        EapConversation other = EapServer.of(List.of(new ScriptedMethod(A)));
        Octets offer = request(other.receive(TestEapPeer.response(1, 1)));
        assertThat(other.receive(TestEapPeer.response(offer.at(1), 3, new byte[1021])))
                .isInstanceOfSatisfying(
                        Step.Failure.class,
                        failure -> assertThat(failure.reject().detail()).contains("too long"));
    }

    @Test
    void beginsWithNothingButAnIdentity() throws Exception {
        assertThat(conversation.receive(TestEapPeer.response(1, A, ScriptedMethod.ACCEPT)))
                .isInstanceOf(Step.Failure.class);
    }

    @Test
    void boundsAConversationByItsMethod() throws Exception {
        Step step = new Step.Request(offer());
        int packets = 2;
        while (step instanceof Step.Request) {
            step = respond(step.packet(), A, ScriptedMethod.ASK);
            packets++;
        }
        assertThat(packets).isEqualTo(first.mostPackets() + 1);
        EapConversation idle = EapServer.of(List.of(new ScriptedMethod(A)));
        Step waiting = idle.receive(Octets.EMPTY);
        int strays = 0;
        while (waiting instanceof Step.Request) {
            waiting = idle.receive(TestEapPeer.response(waiting.packet().at(1) + 1, 1));
            strays++;
        }
        assertThat(strays).isEqualTo(20);
    }

    @Test
    void closesEveryMethodWithTheConversation() throws Exception {
        offer();
        conversation.close();
        conversation.close();
        assertThat(List.of(first.closed, second.closed, third.closed)).containsOnly(true);
    }

    @Test
    void noPacketThrowsAnythingUnchecked() throws Exception {
        Random random = new Random(3748);
        int ended = 0;
        for (int run = 0; run < 5000; run++) {
            try (EapConversation any = EapServer.of(List.of(new ScriptedMethod(A), new ScriptedMethod(B)))) {
                Step step = any.receive(Octets.EMPTY);
                for (int i = 0; i < 8 && step instanceof Step.Request; i++) {
                    byte[] data = new byte[random.nextInt(12)];
                    random.nextBytes(data);
                    int[] types = {1, 2, 3, A, B, 254, random.nextInt(256)};
                    int type = types[random.nextInt(types.length)];
                    Octets packet = TestEapPeer.response(step.packet().at(1), type, data);
                    step = any.receive(random.nextInt(8) == 0 ? packet.slice(0, random.nextInt(6)) : packet);
                }
                ended += step instanceof Step.Request ? 0 : 1;
            }
        }
        assertThat(ended).isBetween(1, 4999);
    }

    private Octets offer() throws Exception {
        return request(respond(request(conversation.receive(Octets.EMPTY)), 1, (byte) 'a'));
    }

    private Step respond(Octets request, int type, byte... data) throws Exception {
        return conversation.receive(TestEapPeer.response(request.at(1), type, data));
    }

    private static Octets request(Step step) {
        assertThat(step).isInstanceOf(Step.Request.class);
        assertThat(EapPackets.request(step.packet())).isNotNull();
        return step.packet();
    }
}
