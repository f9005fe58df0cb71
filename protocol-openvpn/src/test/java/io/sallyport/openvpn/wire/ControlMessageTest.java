package io.sallyport.openvpn.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.openvpn.wire.ControlMessage.AuthFailed;
import io.sallyport.openvpn.wire.ControlMessage.AuthPending;
import io.sallyport.openvpn.wire.ControlMessage.ChallengeResponse;
import io.sallyport.openvpn.wire.ControlMessage.Exit;
import io.sallyport.openvpn.wire.ControlMessage.Halt;
import io.sallyport.openvpn.wire.ControlMessage.Information;
import io.sallyport.openvpn.wire.ControlMessage.PushReplyPart;
import io.sallyport.openvpn.wire.ControlMessage.PushRequest;
import io.sallyport.openvpn.wire.ControlMessage.Restart;
import io.sallyport.openvpn.wire.ControlMessage.Unknown;
import io.sallyport.openvpn.wire.WireException.Fault;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlMessageTest {
    static Stream<Arguments> messages() {
        return Stream.of(
                Arguments.of("PUSH_REQUEST", new PushRequest()),
                Arguments.of("PUSH_REPLY", new PushReplyPart(List.of())),
                Arguments.of(
                        "PUSH_REPLY,ping 10,ifconfig 10.8.0.2 255.255.255.0",
                        new PushReplyPart(List.of("ping 10", "ifconfig 10.8.0.2 255.255.255.0"))),
                Arguments.of("AUTH_FAILED", new AuthFailed("")),
                Arguments.of(
                        "AUTH_FAILED,TEMP[backoff 42]:busy, sorry", new AuthFailed("TEMP[backoff 42]:busy, sorry")),
                Arguments.of("AUTH_PENDING", new AuthPending("")),
                Arguments.of("AUTH_PENDING,timeout 120", new AuthPending("timeout 120")),
                Arguments.of("EXIT", new Exit()),
                Arguments.of("RESTART,[N]", new Restart("[N]")),
                Arguments.of("HALT,bye", new Halt("bye")),
                Arguments.of("INFO,CR_TEXT:R:code", new Information("INFO", "CR_TEXT:R:code")),
                Arguments.of("INFO_PRE,x", new Information("INFO_PRE", "x")),
                Arguments.of("CR_RESPONSE,MTIz", new ChallengeResponse("MTIz")),
                Arguments.of("PUSH_REQUESTS", new Unknown("PUSH_REQUESTS")));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void decodesAndEncodesToTheSameOctets(String text, ControlMessage message) throws WireException {
        assertThat(ControlMessage.decode(buffer(text + "\0"))).containsExactly(message);
        ByteBuf out = Unpooled.buffer();
        ControlMessage.encode(message, out);
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo(text + "\0");
    }

    @Test
    void splitsAtNulAndStripsLineEnds() throws WireException {
        assertThat(ControlMessage.decode(buffer("PUSH_REQUEST\r\n\0\0EXIT\n\0INFO,a")))
                .containsExactly(new PushRequest(), new Exit(), new Information("INFO", "a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"INFO,a\nEXIT", "INFO,\u001b[2J", "\r\nEXIT", "AUTH_FAILED,\u00e9", "\t"})
    void refusesWhatIsNotPrintable(String text) {
        assertThatExceptionOfType(WireException.class)
                .isThrownBy(() -> ControlMessage.decode(buffer(text + "\0")))
                .extracting(WireException::fault)
                .isEqualTo(Fault.MALFORMED);
    }

    @Test
    void refusesMoreThanSixteenKibibytes() {
        assertThatExceptionOfType(WireException.class)
                .isThrownBy(() -> ControlMessage.decode(buffer("x".repeat(16 * 1024 + 1))))
                .extracting(WireException::fault)
                .isEqualTo(Fault.TOO_LARGE);
    }

    @Test
    void sendsNothingThatWouldBeRefused() throws WireException {
        ByteBuf out = Unpooled.buffer();
        ControlMessage.encode(new AuthFailed("a\0EXIT\nb\u00e9"), out);
        assertThat(ControlMessage.decode(out)).containsExactly(new AuthFailed("aEXITb"));
    }

    @Test
    void doesNotPrintTheAnswerToAChallenge() {
        assertThat(new ChallengeResponse("MTIz").toString()).doesNotContain("MTIz");
    }

    @Test
    void throwsNothingUncheckedWhateverComes() {
        List<byte[]> messages = messages()
                .map(each -> ((String) each.get()[0]).getBytes(StandardCharsets.US_ASCII))
                .toList();
        Mutations.neverThrowUnchecked(messages, ControlMessage::decode);
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
