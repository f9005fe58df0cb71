package io.sallyport.sstp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.sstp.wire.ControlMessage.CallAbort;
import io.sallyport.sstp.wire.ControlMessage.CallConnectAck;
import io.sallyport.sstp.wire.ControlMessage.CallConnectNak;
import io.sallyport.sstp.wire.ControlMessage.CallConnectRequest;
import io.sallyport.sstp.wire.ControlMessage.CallConnected;
import io.sallyport.sstp.wire.ControlMessage.CallDisconnect;
import io.sallyport.sstp.wire.ControlMessage.CallDisconnectAck;
import io.sallyport.sstp.wire.ControlMessage.EchoRequest;
import io.sallyport.sstp.wire.ControlMessage.EchoResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ControlMessagesTest {
    private static final StatusInfo NO_ERROR = StatusInfo.of(AttributeId.NO_ERROR, Status.NO_ERROR);

    static Stream<Arguments> good() {
        return Stream.of(
                // MS-SSTP §4.7
                Arguments.of("1001000e0001000100010006" + "0001", new CallConnectRequest()),
                Arguments.of(
                        "10010030000200010004002800000002" + Samples.NONCE.toHex(),
                        new CallConnectAck(HashProtocol.SHA256.bit(), Samples.NONCE)),
                Arguments.of(
                        Samples.CONNECTED_SHA256,
                        new CallConnected(
                                HashProtocol.SHA256, Samples.NONCE, Samples.CERTIFICATE_SHA256, Samples.MAC_SHA256)),
                Arguments.of(
                        Samples.CONNECTED_SHA1,
                        new CallConnected(
                                HashProtocol.SHA1, Samples.NONCE_SHA1, Samples.CERTIFICATE_SHA1, Samples.MAC_SHA1)),
                Arguments.of(
                        "10010016000300010002000e" + "0000000100000004" + "0002",
                        new CallConnectNak(List.of(new StatusInfo(1, 4, Octets.fromHex("0002"))))),
                Arguments.of("10010008" + "00050000", new CallAbort(null)),
                Arguments.of(
                        "10010014000500010002000c" + "0000000300000004",
                        new CallAbort(StatusInfo.of(AttributeId.CRYPTO_BINDING, Status.VALUE_NOT_SUPPORTED))),
                Arguments.of("10010008" + "00060000", new CallDisconnect(null)),
                Arguments.of("10010014000600010002000c" + "0000000000000000", new CallDisconnect(NO_ERROR)),
                Arguments.of("10010008" + "00070000", new CallDisconnectAck()),
                Arguments.of("10010008" + "00080000", new EchoRequest()),
                Arguments.of("10010008" + "00090000", new EchoResponse()));
    }

    @ParameterizedTest
    @MethodSource("good")
    void decodesAndEncodesToTheSameOctets(String hex, ControlMessage message) throws WireException {
        assertThat(ControlMessages.decode(Samples.message(hex))).isEqualTo(message);
        assertThat(Samples.hex(message)).isEqualTo(hex);
    }

    @ParameterizedTest
    @MethodSource("good")
    void refusesEveryTruncation(String hex, ControlMessage message) {
        ByteBuf whole = Samples.message(hex);
        for (int length = 0; length < whole.readableBytes(); length++) {
            ByteBuf cut = whole.slice(whole.readerIndex(), length);
            assertThatExceptionOfType(WireException.class)
                    .as("%s cut to %d octets", message, length)
                    .isThrownBy(() -> ControlMessages.decode(cut));
        }
    }

    /** "MUST be set to zero when sent and MUST be ignored on receipt." */
    @Test
    void reservedBitsMeanNothing() throws WireException {
        assertThat(ControlMessages.decode(octets("00010001" + "ff01f006" + "0001")))
                .isEqualTo(new CallConnectRequest());
        assertThat(ControlMessages.decode(octets("00060001" + "ff02f00c" + "ffffff00" + "00000000")))
                .isEqualTo(new CallDisconnect(NO_ERROR));
        assertThat(ControlMessages.decode(octets("00020001" + "ff04f028" + "ffffff03" + Samples.NONCE.toHex())))
                .isEqualTo(new CallConnectAck(3, Samples.NONCE));
    }

    /** The reasons as attribute:status, MS-SSTP §3.3.5.2.2. */
    @ParameterizedTest
    @CsvSource({
        "00010001 00010006 0002, 1:4", // another protocol than PPP
        "00010001 00010007 000100, 1:3", // too long
        "00010001 00010004, 1:3", // too short
        "00010002 00010006 0001 00010006 0001, 1:1", // twice
        "00010002 00010006 0001 00070004, 7:2", // unknown
        "00010002 00010006 0001 00040004, 4:2", // of another message
        "00010000, 1:10", // nothing
        "00010001 0002000c 00000000 00000000, 1:10", // nothing but the news that all is well
        "00010002 00010006 0001 0002000c 00000000 00000005, 2:11", // a status that is an error
        "00010002 00010006 0001 00020008 00000000, 2:3",
        "00010003 00010006 0003 00090005 ff 00090004, 1:4 9:2 9:1" // each is told
    })
    void saysWhatIsWrongWithARequest(String hex, String reasons) {
        assertThatExceptionOfType(WireException.class)
                .isThrownBy(() -> ControlMessages.decode(octets(hex)))
                .satisfies(e -> {
                    assertThat(e.messageType()).isEqualTo(ControlMessage.CALL_CONNECT_REQUEST);
                    assertThat(e.reasons().stream()
                                    .map(reason -> reason.attributeId() + ":" + reason.status())
                                    .toList())
                            .containsExactly(reasons.split(" "));
                });
    }

    @Test
    void aRefusalHasNoMoreReasonsThanAMessageHasAttributes() {
        assertThatExceptionOfType(WireException.class)
                .isThrownBy(() -> ControlMessages.decode(octets("00010010" + "00090004".repeat(16))))
                .satisfies(e -> assertThat(e.reasons()).hasSize(16));
    }

    @Test
    void sendsBackWhatItRefusesUpToSixtyFourOctets() {
        String request = "00010002" + "00010006" + "0002" + "00010068" + "ab".repeat(100);
        assertThatExceptionOfType(WireException.class)
                .isThrownBy(() -> ControlMessages.decode(octets(request)))
                .satisfies(e -> assertThat(e.reasons())
                        .extracting(StatusInfo::value)
                        .containsExactly(Octets.fromHex("0002"), Octets.fromHex("ab".repeat(64))));
    }

    static Stream<Arguments> bad() {
        String binding = Samples.CONNECTED_SHA256.substring(24);
        return Stream.of(
                Arguments.of("", 2, Status.INVALID_FRAME_RECEIVED),
                Arguments.of("0008", 2, Status.INVALID_FRAME_RECEIVED),
                Arguments.of("00000000", 2, Status.INVALID_FRAME_RECEIVED),
                Arguments.of("000a0000", 2, Status.INVALID_FRAME_RECEIVED),
                Arguments.of("ffffffff", 2, Status.INVALID_FRAME_RECEIVED),
                // counts and lengths that lie
                Arguments.of("00080001", 2, Status.INVALID_FRAME_RECEIVED),
                Arguments.of("0008000000", 2, Status.INVALID_FRAME_RECEIVED),
                Arguments.of("00010001" + "00010003", 2, Status.INVALID_FRAME_RECEIVED),
                Arguments.of("00010001" + "00010000", 2, Status.INVALID_FRAME_RECEIVED),
                Arguments.of("00010001" + "00010fff" + "0001", 2, Status.INVALID_FRAME_RECEIVED),
                Arguments.of("00010011" + "00010004".repeat(17), 2, Status.INVALID_FRAME_RECEIVED),
                // attributes where there are none
                Arguments.of("00080001" + "00010006" + "0001", 2, Status.ATTRIB_NOT_SUPPORTED_IN_MSG),
                Arguments.of("00070001" + "00070004", 2, Status.ATTRIB_NOT_SUPPORTED_IN_MSG),
                Arguments.of("00030000", 2, Status.ATTRIB_NOT_SUPPORTED_IN_MSG),
                Arguments.of("00050001" + "00010006" + "0001", 2, Status.ATTRIB_NOT_SUPPORTED_IN_MSG),
                Arguments.of("00050001" + "00020008" + "00000000", 2, Status.ATTRIB_NOT_SUPPORTED_IN_MSG),
                Arguments.of("00060002" + "0002000c0000000000000000".repeat(2), 2, Status.ATTRIB_NOT_SUPPORTED_IN_MSG),
                Arguments.of("00050001" + "0002004d" + "00".repeat(73), 2, Status.ATTRIB_NOT_SUPPORTED_IN_MSG),
                // MS-SSTP §3.3.5.2.3: no binding, or one of another length; not one hash protocol
                Arguments.of("00040000", 2, Status.ATTRIB_NOT_SUPPORTED_IN_MSG),
                Arguments.of("00040001" + "00030067" + binding.substring(2), 2, Status.ATTRIB_NOT_SUPPORTED_IN_MSG),
                Arguments.of("00040001" + "00040068" + binding, 2, Status.ATTRIB_NOT_SUPPORTED_IN_MSG),
                Arguments.of("00040001" + "00030068" + "00000000" + "00".repeat(96), 3, Status.VALUE_NOT_SUPPORTED),
                Arguments.of("00040001" + "00030068" + "00000003" + "00".repeat(96), 3, Status.VALUE_NOT_SUPPORTED),
                Arguments.of("00040001" + "00030068" + "00000004" + "00".repeat(96), 3, Status.VALUE_NOT_SUPPORTED),
                Arguments.of(
                        "00020001" + "00040027" + "00000002" + "00".repeat(31), 2, Status.ATTRIB_NOT_SUPPORTED_IN_MSG));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesEveryBadMessageWithItsReason(String hex, int attributeId, Status status) {
        assertThatExceptionOfType(WireException.class)
                .isThrownBy(() -> ControlMessages.decode(octets(hex)))
                .satisfies(e -> assertThat(e.reasons()).contains(StatusInfo.of(attributeId, status)));
    }

    @Test
    void throwsNothingUncheckedWhateverComes() {
        RandomGenerator random = new Random(26);
        List<byte[]> messages =
                good().map(each -> bytes((String) each.get()[0])).toList();
        for (int round = 0; round < 100_000; round++) {
            byte[] message = messages.get(random.nextInt(messages.size()));
            byte[] damaged = Arrays.copyOf(
                    message, random.nextInt(4) == 0 ? random.nextInt(message.length + 8) : message.length);
            for (int i = 1 + random.nextInt(4); i > 0 && damaged.length > 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(random.nextBoolean() ? 16 : 256);
            }
            assertThatCode(() -> decode(damaged)).doesNotThrowAnyException();
        }
    }

    private static void decode(byte[] octets) {
        try {
            ControlMessages.decode(Unpooled.wrappedBuffer(octets));
        } catch (WireException expected) {
            // the one way to refuse
        }
    }

    private static byte[] bytes(String packetHex) {
        return Octets.read(Samples.message(packetHex)).toByteArray();
    }

    private static ByteBuf octets(String hex) {
        return Samples.octets(hex);
    }
}
