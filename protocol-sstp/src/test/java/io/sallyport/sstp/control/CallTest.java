package io.sallyport.sstp.control;

import static io.sallyport.sstp.control.Ends.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.port443.ShownCertificate;
import io.sallyport.sstp.wire.ControlMessage.CallAbort;
import io.sallyport.sstp.wire.ControlMessage.CallConnectAck;
import io.sallyport.sstp.wire.ControlMessage.CallConnectNak;
import io.sallyport.sstp.wire.ControlMessage.CallConnectRequest;
import io.sallyport.sstp.wire.ControlMessage.CallConnected;
import io.sallyport.sstp.wire.ControlMessage.CallDisconnect;
import io.sallyport.sstp.wire.ControlMessage.CallDisconnectAck;
import io.sallyport.sstp.wire.ControlMessage.EchoRequest;
import io.sallyport.sstp.wire.ControlMessage.EchoResponse;
import io.sallyport.sstp.wire.ControlMessages;
import io.sallyport.sstp.wire.HashProtocol;
import io.sallyport.sstp.wire.Samples;
import io.sallyport.sstp.wire.Status;
import io.sallyport.sstp.wire.StatusInfo;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The exchanges of MS-SSTP §4 between both ends. */
class CallTest {
    private static final String REQUEST = "00010001" + "00010006" + "0001";
    private static final String OTHER_PROTOCOL = "00010001" + "00010006" + "0002";

    @Test
    void aCallConnectsAndDisconnectsInOrder() {
        Ends ends = new Ends();
        // Call Connect Request { PPP } -->
        assertThat(ends.clientOut.last()).isEqualTo(new CallConnectRequest());
        assertThat(ends.server.carriesControl()).isFalse();
        // <-- Call Connect Ack { SHA-1, SHA-256, nonce }
        ends.settle();
        assertThat(ends.serverOut.last()).isEqualTo(new CallConnectAck(3, Samples.NONCE));
        assertThat(ends.serverOut.events).containsExactly("start PPP");
        assertThat(ends.clientOut.events).containsExactly("start PPP");
        assertThat(ends.server.carriesControl()).isTrue();
        assertThat(ends.server.carriesData()).isFalse();
        // PPP authenticates; Call Connected { SHA-256, nonce, certificate, MAC } -->
        ends.authenticate();
        assertThat(ends.clientOut.last())
                .isEqualTo(new CallConnected(
                        HashProtocol.SHA256, Samples.NONCE, Samples.CERTIFICATE_SHA256, Samples.MAC_SHA256));
        assertThat(ends.server.carriesData()).isTrue();
        assertThat(ends.serverOut.events).containsExactly("start PPP", "connected");
        // Call Disconnect -->, <-- Call Disconnect Ack
        ends.client.disconnect("enough", ends.now);
        ends.settle();
        assertThat(ends.serverOut.last()).isEqualTo(new CallDisconnectAck());
        assertThat(ends.serverOut.events.getLast()).isEqualTo("over PEER_DISCONNECT");
        assertThat(ends.clientOut.events).endsWith("over LOCAL", "hang up");
        ends.pass(SECOND);
        assertThat(ends.serverOut.events.getLast()).isEqualTo("hang up");
    }

    @Test
    void theServerDisconnectsInOrderToo() {
        Ends ends = new Ends().connected();
        ends.server.disconnect("idle", ends.now);
        assertThat(ends.serverOut.last()).isInstanceOf(CallDisconnect.class);
        assertThat(ends.server.carriesData()).isFalse();
        ends.settle();
        assertThat(ends.serverOut.events).endsWith("over LOCAL", "hang up");
        assertThat(ends.clientOut.events.getLast()).isEqualTo("over PEER_DISCONNECT");
    }

    @Test
    void bothMayDisconnectAtOnce() {
        Ends ends = new Ends().connected();
        ends.server.disconnect("idle", ends.now);
        ends.client.disconnect("enough", ends.now);
        ends.settle();
        assertThat(ends.serverOut.sent).contains(new CallDisconnectAck());
        assertThat(ends.clientOut.sent).contains(new CallDisconnectAck());
        ends.pass(SECOND);
        assertThat(ends.serverOut.events.getLast()).isEqualTo("hang up");
        assertThat(ends.clientOut.events.getLast()).isEqualTo("hang up");
    }

    /** MS-SSTP §3.1.6.2: a peer that answers nothing has five seconds. */
    @Test
    void hangsUpOnAPeerThatDoesNotAnswerTheDisconnect() {
        Ends ends = new Ends().connected();
        ends.server.disconnect("idle", ends.now);
        ends.pass(5 * SECOND - 1);
        assertThat(ends.serverOut.events).doesNotContain("hang up");
        ends.pass(1);
        assertThat(ends.serverOut.events.getLast()).isEqualTo("hang up");
    }

    @Test
    void anAbortIsAnsweredAndGivenASecond() {
        Ends ends = new Ends().connected();
        ends.toServer("00050000");
        assertThat(ends.serverOut.last()).isInstanceOf(CallAbort.class);
        assertThat(ends.serverOut.events.getLast()).isEqualTo("over PEER_ABORT");
        ends.pass(SECOND);
        assertThat(ends.serverOut.events.getLast()).isEqualTo("hang up");
    }

    @Test
    void ownAbortsWaitThreeSecondsForTheirAnswerAndOneMoreAfterIt() {
        Ends silent = new Ends().connected();
        silent.server.abort("no PPP", silent.now);
        silent.pass(3 * SECOND - 1);
        assertThat(silent.serverOut.events).doesNotContain("hang up");
        silent.pass(1);
        assertThat(silent.serverOut.events.getLast()).isEqualTo("hang up");

        Ends answered = new Ends().connected();
        answered.server.abort("no PPP", answered.now);
        answered.settle();
        assertThat(answered.clientOut.last()).isInstanceOf(CallAbort.class);
        assertThat(answered.serverOut.events).doesNotContain("hang up");
        answered.pass(SECOND);
        assertThat(answered.serverOut.events.getLast()).isEqualTo("hang up");
    }

    @ParameterizedTest
    @EnumSource(HashProtocol.class)
    void theClientChoosesFromWhatIsOffered(HashProtocol only) {
        for (Ends ends : new Ends[] {
            new Ends(BindingHabit.HONEST, Set.of(only), Set.of(HashProtocol.values())),
            new Ends(BindingHabit.HONEST, Set.of(HashProtocol.values()), Set.of(only))
        }) {
            ends.connected();
            assertThat(((CallConnected) ends.clientOut.last()).hashProtocol()).isEqualTo(only);
            assertThat(ends.server.carriesData()).isTrue();
        }
    }

    @Test
    void aClientWithoutACommonHashProtocolGivesUp() {
        Ends ends = new Ends(BindingHabit.HONEST, Set.of(HashProtocol.SHA256), Set.of(HashProtocol.SHA1));
        ends.settle();
        assertThat(ends.clientOut.events.getLast()).isEqualTo("over PROTOCOL");
        assertThat(ends.serverOut.events.getLast()).isEqualTo("over PEER_ABORT");
    }

    @Test
    void asksWhenNothingIsHeardForAMinuteAndIsAnswered() {
        Ends ends = new Ends().connected();
        ends.pass(60 * SECOND - 1);
        assertThat(ends.serverOut.sent).doesNotContain(new EchoRequest());
        ends.pass(1);
        assertThat(ends.serverOut.last()).isEqualTo(new EchoRequest());
        ends.settle();
        assertThat(ends.clientOut.sent).contains(new EchoResponse());
        // Both ends have heard each other: the next minute begins.
        ends.pass(60 * SECOND - 1);
        assertThat(ends.serverOut.sent.stream().filter(new EchoRequest()::equals))
                .hasSize(1);
        assertThat(ends.server.carriesData()).isTrue();
    }

    @Test
    void anyPacketRestartsTheHelloTimer() {
        Ends ends = new Ends().connected();
        for (int i = 0; i < 5; i++) {
            ends.pass(59 * SECOND);
            ends.server.heard(ends.now);
            ends.client.heard(ends.now);
        }
        assertThat(ends.serverOut.sent).doesNotContain(new EchoRequest());
        ends.pass(60 * SECOND);
        assertThat(ends.serverOut.last()).isEqualTo(new EchoRequest());
        assertThat(ends.server.isSilent(ends.now)).isFalse();
        ends.pass(11 * SECOND);
        assertThat(ends.server.isSilent(ends.now)).isTrue();
        ends.server.heard(ends.now);
        assertThat(ends.server.isSilent(ends.now)).isFalse();
        ends.pass(50 * SECOND);
        assertThat(ends.server.carriesData()).isTrue();
    }

    /** "then it MUST abort the connection without sending a Call Abort packet" (MS-SSTP §3.1.2.3). */
    @Test
    void endsWithoutAWordWhenAnEchoIsNotAnswered() {
        Ends ends = new Ends().connected();
        ends.pass(120 * SECOND);
        assertThat(ends.serverOut.last()).isEqualTo(new EchoRequest());
        assertThat(ends.serverOut.events).endsWith("over SILENCE", "hang up");
    }

    @Test
    void refusesAnotherProtocolThreeTimesAndThenEnds() {
        Ends ends = new Ends();
        ends.clientOut.wire.clear();
        for (int i = 0; i < ServerCall.MAX_REFUSALS; i++) {
            ends.toServer(OTHER_PROTOCOL);
            assertThat(ends.serverOut.last())
                    .isInstanceOfSatisfying(
                            CallConnectNak.class,
                            nak -> assertThat(nak.reasons())
                                    .containsExactly(new StatusInfo(
                                            1, Status.VALUE_NOT_SUPPORTED.code(), Octets.fromHex("0002"))));
        }
        ends.toServer(OTHER_PROTOCOL);
        assertThat(ends.serverOut.last()).isEqualTo(new CallAbort(StatusInfo.of(2, Status.RETRY_COUNT_EXCEEDED)));
        assertThat(ends.serverOut.events).containsExactly("over PROTOCOL");
    }

    @Test
    void takesAnAcceptableRequestAfterARefusedOne() {
        Ends ends = new Ends();
        ends.clientOut.wire.clear();
        ends.toServer(OTHER_PROTOCOL);
        ends.toServer(REQUEST);
        assertThat(ends.serverOut.last()).isInstanceOf(CallConnectAck.class);
    }

    @Test
    void aClientThatIsRefusedAsksThreeTimesMore() {
        Ends ends = new Ends();
        for (int i = 0; i < 4; i++) {
            assertThat(ends.clientOut.last()).isEqualTo(new CallConnectRequest());
            ends.client.receive(Samples.octets("00030001" + "0002000e" + "0000000100000004" + "0001"), ends.now);
        }
        assertThat(ends.clientOut.events).containsExactly("over PROTOCOL");
        assertThat(ends.clientOut.sent.stream().filter(new CallConnectRequest()::equals))
                .hasSize(4);
    }

    @Test
    void aRequestMustComeInTime() {
        Ends ends = new Ends();
        ends.clientOut.wire.clear();
        // Refused requests move no deadline.
        ends.pass(9 * SECOND);
        ends.toServer(OTHER_PROTOCOL);
        ends.pass(SECOND);
        assertThat(ends.serverOut.last()).isEqualTo(new CallAbort(StatusInfo.of(2, Status.NEGOTIATION_TIMEOUT)));
        assertThat(ends.serverOut.events).containsExactly("over NEGOTIATION_TIMEOUT");
    }

    /** RADIUS may take thirty seconds, and it is another deadline than the request's. */
    @Test
    void theAuthenticationHasAMinute() {
        Ends ends = new Ends();
        ends.settle();
        ends.pass(60 * SECOND - 1);
        ends.authenticate();
        assertThat(ends.server.carriesData()).isTrue();

        Ends late = new Ends();
        late.settle();
        late.pass(60 * SECOND);
        assertThat(late.serverOut.events.getLast()).isEqualTo("over NEGOTIATION_TIMEOUT");
        late.server.authenticated(Ends.keys(), late.now);
        assertThat(late.server.carriesData()).isFalse();
    }

    /** Whether the message is unknown or at the wrong time, it ends the call and is named. */
    @ParameterizedTest
    @ValueSource(strings = {"000a0000", "00000000", "00080001", "0008", "00080001" + "00010006" + "0001"})
    void anInvalidMessageEndsTheCall(String hex) {
        Ends ends = new Ends().connected();
        ends.toServer(hex);
        assertThat(ends.serverOut.last()).isInstanceOf(CallAbort.class);
        assertThat(ends.serverOut.events.getLast()).isEqualTo("over PROTOCOL");
    }

    @ParameterizedTest
    @ValueSource(strings = {REQUEST, "00070000", "00030001" + "0002000c" + "0000000000000000"})
    void aMessageAtTheWrongTimeEndsTheCall(String hex) {
        Ends ends = new Ends().connected();
        ends.toServer(hex);
        assertThat(ends.serverOut.last()).isEqualTo(new CallAbort(StatusInfo.of(2, Status.UNACCEPTED_FRAME_RECEIVED)));
        assertThat(ends.serverOut.events.getLast()).isEqualTo("over PROTOCOL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00080000", "00090000"})
    void thereIsNoEchoBeforeTheCallConnects(String hex) {
        Ends ends = new Ends();
        ends.settle();
        ends.toServer(hex);
        assertThat(ends.serverOut.events.getLast()).isEqualTo("over PROTOCOL");
    }

    @Test
    void nothingIsSaidOnceTheConnectionIsGone() {
        Ends ends = new Ends().connected();
        int said = ends.serverOut.sent.size();
        ends.server.lost();
        ends.toServer("00080000");
        ends.toServer("00050000");
        ends.server.disconnect("idle", ends.now);
        ends.pass(300 * SECOND);
        assertThat(ends.serverOut.sent).hasSize(said);
        assertThat(ends.serverOut.events).containsExactly("start PPP", "connected");
    }

    @Test
    void offersOnlyHashesOfWhatATerminatorIsKnownToShow() {
        ShownCertificate bySha1 = new ShownCertificate(List.of(Samples.CERTIFICATE_SHA1), List.of());
        Recorder out = new Recorder();
        ServerCall call = new ServerCall(Ends.terms(Set.of(HashProtocol.values())), bySha1, Samples.NONCE, out, 0);
        ByteBuf request = Unpooled.buffer();
        ControlMessages.encode(new CallConnectRequest(), request);
        call.receive(request.skipBytes(4), 1);
        assertThat(out.last()).isEqualTo(new CallConnectAck(1, Samples.NONCE));
    }
}
