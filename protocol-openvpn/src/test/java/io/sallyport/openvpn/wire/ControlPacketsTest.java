package io.sallyport.openvpn.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.openvpn.wire.ControlPacket.Ack;
import io.sallyport.openvpn.wire.ControlPacket.Control;
import io.sallyport.openvpn.wire.ControlPacket.HardResetClientV2;
import io.sallyport.openvpn.wire.ControlPacket.HardResetServerV2;
import io.sallyport.openvpn.wire.ControlPacket.SoftReset;
import io.sallyport.openvpn.wire.WireException.Fault;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ControlPacketsTest {
    private static final OvpnSessionId CLIENT = new OvpnSessionId(0x508eaa1093478d06L);
    private static final OvpnSessionId SERVER = new OvpnSessionId(0x1122334455667788L);

    static Stream<Arguments> goodPackets() {
        return Stream.of(
                // captured from openvpn 2.6.14
                Arguments.of("38508eaa1093478d060000000000", new HardResetClientV2(CLIENT, Acks.NONE, 0, Octets.EMPTY)),
                // a reset with message id 1, as some clients begin over TCP
                Arguments.of("38508eaa1093478d060000000001", new HardResetClientV2(CLIENT, Acks.NONE, 1, Octets.EMPTY)),
                Arguments.of(
                        "40 1122334455667788 01 00000000 508eaa1093478d06 00000000",
                        new HardResetServerV2(SERVER, Acks.of(CLIENT, List.of(0L)), 0, Octets.EMPTY)),
                Arguments.of(
                        "40 1122334455667788 00 00000000 0001000200 01",
                        new HardResetServerV2(SERVER, Acks.NONE, 0, Octets.fromHex("000100020001"))),
                Arguments.of("19 1122334455667788 00 00000000", new SoftReset(1, SERVER, Acks.NONE, 0, Octets.EMPTY)),
                Arguments.of(
                        "20 508eaa1093478d06 01 00000000 1122334455667788 00000001 160301",
                        new Control(0, CLIENT, Acks.of(SERVER, List.of(0L)), 1, Octets.fromHex("160301"))),
                Arguments.of(
                        "27 508eaa1093478d06 00 ffffffff",
                        new Control(7, CLIENT, Acks.NONE, 0xffff_ffffL, Octets.EMPTY)),
                Arguments.of(
                        "28 508eaa1093478d06 02 00000001 fffffffe 1122334455667788",
                        new Ack(0, CLIENT, Acks.of(SERVER, List.of(1L, 0xffff_fffeL)))),
                // OpenVPN 2.6 sends up to eight
                Arguments.of(
                        "2b 508eaa1093478d06 08 00000001 00000002 00000003 00000004 00000005 00000006 00000007 00000008"
                                + "1122334455667788",
                        new Ack(3, CLIENT, Acks.of(SERVER, List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L)))));
    }

    static Stream<Arguments> badPackets() {
        return Stream.of(
                Arguments.of("nothing", "", Fault.TRUNCATED),
                Arguments.of("key method 1", "08 508eaa1093478d06 00 00000000", Fault.UNSUPPORTED),
                Arguments.of("data", "48 508eaa1093478d06 00 00000000", Fault.UNSUPPORTED),
                Arguments.of("an opcode of the future", "f8 508eaa1093478d06 00 00000000", Fault.UNSUPPORTED),
                Arguments.of("tls-crypt-v2 reset", "50 508eaa1093478d06 00 00000000", Fault.UNSUPPORTED),
                Arguments.of("tls-crypt-v2 control", "58 508eaa1093478d06 00 00000000", Fault.UNSUPPORTED),
                Arguments.of("session id of zero", "38 0000000000000000 00 00000000", Fault.MALFORMED),
                Arguments.of(
                        "acknowledged session id of zero",
                        "20 508eaa1093478d06 01 00000000 0000000000000000 00000001",
                        Fault.MALFORMED),
                Arguments.of("hard reset with key id 1", "39 508eaa1093478d06 00 00000000", Fault.MALFORMED),
                Arguments.of("soft reset with key id 0", "18 508eaa1093478d06 00 00000000", Fault.MALFORMED),
                Arguments.of("ACK of nothing", "28 508eaa1093478d06 00", Fault.MALFORMED),
                Arguments.of(
                        "octets after an ACK", "28 508eaa1093478d06 01 00000001 1122334455667788 00", Fault.MALFORMED),
                Arguments.of(
                        "nine acknowledgements",
                        "28 508eaa1093478d06 09" + "00000001".repeat(9) + "1122334455667788",
                        Fault.TOO_LARGE),
                Arguments.of(
                        "2049 octets", "20 508eaa1093478d06 00 00000001" + "00".repeat(2049 - 14), Fault.TOO_LARGE));
    }

    @ParameterizedTest
    @MethodSource("goodPackets")
    void decodesAndEncodesToTheSameOctets(String hex, ControlPacket packet) throws WireException {
        assertThat(ControlPackets.decode(Hex.buffer(hex))).isEqualTo(packet);
        ByteBuf out = Unpooled.buffer();
        ControlPackets.encode(packet, out);
        assertThat(Hex.of(out)).isEqualTo(Hex.of(Hex.buffer(hex)));
    }

    @ParameterizedTest
    @MethodSource("badPackets")
    void refusesWithItsFault(String why, String hex, Fault fault) {
        assertThatExceptionOfType(WireException.class)
                .as(why)
                .isThrownBy(() -> ControlPackets.decode(Hex.buffer(hex)))
                .satisfies(refusal -> {
                    assertThat(refusal.fault()).isEqualTo(fault);
                    assertThat(refusal.getStackTrace()).isEmpty();
                });
    }

    @ParameterizedTest
    @MethodSource("goodPackets")
    void refusesEveryTruncation(String hex, ControlPacket packet) {
        ByteBuf whole = Hex.buffer(hex);
        int payload = packet instanceof ControlPacket.Message message
                ? message.payload().length()
                : 0;
        for (int length = 0; length < whole.readableBytes() - payload; length++) {
            ByteBuf part = whole.slice(0, length);
            assertThatExceptionOfType(WireException.class)
                    .as("%d octets", length)
                    .isThrownBy(() -> ControlPackets.decode(part))
                    .extracting(WireException::fault)
                    .isEqualTo(Fault.TRUNCATED);
        }
    }

    @Test
    void throwsNothingUncheckedWhateverComes() {
        List<byte[]> messages = goodPackets()
                .map(each -> Octets.fromHex((String) each.get()[0]).toByteArray())
                .toList();
        Mutations.neverThrowUnchecked(messages, ControlPackets::decode);
    }
}
