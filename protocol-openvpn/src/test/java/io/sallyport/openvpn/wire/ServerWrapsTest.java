package io.sallyport.openvpn.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.openvpn.wire.ControlPacket.Control;
import io.sallyport.openvpn.wire.ControlPacket.HardResetClientV2;
import io.sallyport.openvpn.wire.ControlPacket.HardResetServerV2;
import io.sallyport.openvpn.wire.ServerWraps.First;
import io.sallyport.openvpn.wire.ServerWraps.KeyKind;
import io.sallyport.openvpn.wire.WireException.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** First packets, each with the key that it is under. */
class ServerWrapsTest {
    private static final long NOW = 1_800_000_000L;
    private static final OvpnSessionId CLIENT = new OvpnSessionId(77);
    private static final OvpnSessionId SERVER = new OvpnSessionId(78);
    private static final HardResetClientV2 RESET = new HardResetClientV2(CLIENT, Acks.NONE, 0, Octets.EMPTY);

    private final ServerKeyV2 serverKey;
    private final ClientKeyV2 clientKey;
    private final StaticKey shared;
    private final ServerWraps own;

    ServerWrapsTest() throws WireException {
        serverKey = ServerKeyV2.parse(V2Samples.SERVER_KEY);
        clientKey = ClientKeyV2.parse(V2Samples.CLIENT_KEY);
        shared = StaticKey.parse(TlsCryptTest.KEY);
        own = new ServerWraps(new ServerKeys(null, serverKey, 0));
    }

    private static ByteBuf wrapped(ConnectionWrap client, ControlPacket packet) {
        ByteBuf out = Unpooled.buffer();
        client.wrap(packet, out);
        return out;
    }

    private static void refuses(ServerWraps wraps, ByteBuf packet, Fault fault) {
        assertThatExceptionOfType(WireException.class)
                .isThrownBy(() -> wraps.first(packet, NOW))
                .extracting(WireException::fault)
                .isEqualTo(fault);
    }

    @Test
    void opensTheFirstPacketOfOpenVpnWithItsOwnKey() throws WireException {
        First first = own.first(Hex.buffer(V2Samples.FIRST_PACKET), NOW);
        assertThat(first.packet())
                .isEqualTo(new HardResetClientV2(new OvpnSessionId(0xad9b4f0717ec37d5L), Acks.NONE, 0, Octets.EMPTY));
        assertThat(first.unwrapped().replayId().count()).isEqualTo(0x0f00_0001L);
        assertThat(first.key()).isEqualTo(KeyKind.OWN);
    }

    @Test
    void theClientsFirstPacketIsThatOfOpenVpn() {
        ConnectionWrap client = ConnectionWrap.ofClient(clientKey, 0x6b038ae0L);
        OvpnSessionId id = new OvpnSessionId(0xad9b4f0717ec37d5L);
        assertThat(Hex.of(wrapped(client, new HardResetClientV2(id, Acks.NONE, 0, Octets.EMPTY))))
                .isEqualTo(V2Samples.FIRST_PACKET);
    }

    @Test
    void theKeyIsAskedForAgainAndComesWithTheFirstMessageOnly() throws WireException {
        ConnectionWrap client = ConnectionWrap.ofClient(clientKey, NOW);
        // HARD_RESET_CLIENT_V3, WKc -->
        First reset = own.first(wrapped(client, RESET), NOW);
        //                     <-- HARD_RESET_SERVER_V2 { flags: resend WKc }
        ByteBuf answer = Unpooled.buffer();
        reset.wrapAnswer(
                new HardResetServerV2(SERVER, Acks.of(CLIENT, List.of(0L)), 0, reset.answerPayload()), NOW, answer);
        // 54 octets are a plain reset's answer; bounded by the request and more than it is no reflection.
        assertThat(answer.readableBytes()).isEqualTo(54 + 12 + 6);
        assertThat(client.unwrap(answer).packet()).isInstanceOf(HardResetServerV2.class);
        // CONTROL_WKC_V1 { ClientHello }, WKc -->
        Control hello = control(1);
        ByteBuf again = wrapped(client, hello);
        assertThat(again.getUnsignedByte(0) >> 3).isEqualTo(Opcode.CONTROL_WKC_V1.code());
        First first = own.first(again.duplicate(), NOW);
        assertThat(first.packet()).isEqualTo(hello);
        assertThat(first.key()).isEqualTo(KeyKind.OWN);
        // CONTROL_V1 -->
        ConnectionWrap connection = first.connection(NOW, 1);
        assertThat(connection.isNew(first.unwrapped())).isTrue();
        ByteBuf second = wrapped(client, control(2));
        assertThat(second.getUnsignedByte(0) >> 3).isEqualTo(Opcode.CONTROL_V1.code());
        refuses(own, second.duplicate(), Fault.NOT_AUTHENTIC);
        assertThat(connection.unwrap(second).packet()).isEqualTo(control(2));
        // The same CONTROL_WKC_V1 once more: a packet like any other, and its key is not looked at.
        again.setByte(again.writerIndex() - 40, again.getByte(again.writerIndex() - 40) ^ 1);
        ControlWrap.Unwrapped repeated = connection.unwrap(again);
        assertThat(repeated.packet()).isEqualTo(hello);
        assertThat(connection.isNew(repeated)).isFalse();
    }

    private static Control control(long id) {
        return new Control(0, CLIENT, Acks.of(SERVER, List.of(0L)), id, Octets.fromHex("1603010203"));
    }

    @Test
    void aClientThatDoesNotBringItsKeyAgainIsToldApart() throws WireException {
        ConnectionWrap client = ConnectionWrap.ofClient(clientKey.withoutResending(), NOW);
        First first = own.first(wrapped(client, RESET), NOW);
        assertThat(first.key()).isEqualTo(KeyKind.OWN_ONCE);
        assertThat(first.answerPayload()).isEqualTo(Octets.EMPTY);
    }

    @Test
    void nobodyComesInWithoutAKeyOfItsOwnWhereThatIsAsked() {
        refuses(own, wrapped(ConnectionWrap.ofClient(null, NOW), RESET), Fault.NOT_AUTHENTIC);
        refuses(
                own,
                wrapped(ConnectionWrap.ofClient(new WrapKey.ForTlsCrypt(shared), NOW), RESET),
                Fault.NOT_AUTHENTIC);
        refuses(own, Unpooled.EMPTY_BUFFER, Fault.NOT_AUTHENTIC);
    }

    @Test
    void aWrappedKeyIsOfNoUseWithoutTheServersKey() throws WireException {
        refuses(new ServerWraps(ServerKeys.NONE), Hex.buffer(V2Samples.FIRST_PACKET), Fault.UNSUPPORTED);
        refuses(new ServerWraps(ServerKeys.tlsCrypt(shared)), Hex.buffer(V2Samples.FIRST_PACKET), Fault.UNSUPPORTED);
        byte[] another = serverKey.octets().expose().clone();
        another[70] ^= 1;
        ServerKeyV2 other = new ServerKeyV2(io.sallyport.core.octets.Secret.taking(another));
        refuses(
                new ServerWraps(new ServerKeys(null, other, 0)),
                Hex.buffer(V2Samples.FIRST_PACKET),
                Fault.NOT_AUTHENTIC);
    }

    @ParameterizedTest
    @EnumSource(HmacDigest.class)
    void anOldKeyForAllMayStandBeside(HmacDigest digest) throws WireException {
        WrapKey.Shared auth = new WrapKey.ForTlsAuth(shared, digest, KeyDirection.NORMAL);
        ServerWraps both = new ServerWraps(new ServerKeys(auth, serverKey, 0));
        ConnectionWrap old = ConnectionWrap.ofClient(new WrapKey.ForTlsAuth(shared, digest, KeyDirection.INVERSE), NOW);
        assertThat(both.first(wrapped(old, RESET), NOW).key()).isEqualTo(KeyKind.SHARED);
        assertThat(both.first(Hex.buffer(V2Samples.FIRST_PACKET), NOW).key()).isEqualTo(KeyKind.OWN);
        refuses(both, wrapped(ConnectionWrap.ofClient(null, NOW), RESET), Fault.TRUNCATED);
    }

    @ParameterizedTest
    @CsvSource({"0, 1000, true", "3600, 0, true", "3600, 3600, true", "3600, 3601, false"})
    void keysMayBeTooOld(long maxAge, long age, boolean taken) throws WireException {
        long made = NOW - age;
        ClientKeyV2 dated = serverKey.wrap(shared, new KeyMetadata.Timestamp(made));
        ServerWraps wraps = new ServerWraps(new ServerKeys(null, serverKey, maxAge));
        ByteBuf packet = wrapped(ConnectionWrap.ofClient(dated, NOW), RESET);
        if (taken) {
            assertThat(wraps.first(packet, NOW).packet()).isEqualTo(RESET);
        } else {
            refuses(wraps, packet, Fault.NOT_AUTHENTIC);
        }
    }

    @Test
    void anAgeIsAskedOnlyOfATimestamp() {
        ServerWraps wraps = new ServerWraps(new ServerKeys(null, serverKey, 3600));
        for (KeyMetadata metadata : List.of(
                new KeyMetadata.None(),
                new KeyMetadata.User(Octets.of(new byte[8])),
                new KeyMetadata.Timestamp(Long.MIN_VALUE))) {
            ClientKeyV2 key = serverKey.wrap(shared, metadata);
            refuses(wraps, wrapped(ConnectionWrap.ofClient(key, NOW), RESET), Fault.NOT_AUTHENTIC);
        }
    }

    /** What the last two octets say of the key's length. */
    @ParameterizedTest
    @CsvSource({
        "0, MALFORMED",
        "2, MALFORMED",
        "289, MALFORMED",
        "290, NOT_AUTHENTIC",
        "298, NOT_AUTHENTIC",
        "303, NOT_AUTHENTIC",
        "304, TRUNCATED",
        "353, TRUNCATED",
        "1024, TRUNCATED",
        "1025, MALFORMED",
        "65535, MALFORMED"
    })
    void refusesFalseLengths(int length, Fault fault) throws WireException {
        ByteBuf packet = Hex.buffer(V2Samples.FIRST_PACKET);
        packet.setShort(packet.writerIndex() - 2, length);
        refuses(own, packet.duplicate(), fault);
        // and so does a connection that has its key already
        ConnectionWrap connection =
                own.first(Hex.buffer(V2Samples.FIRST_PACKET), NOW).connection(NOW, 0);
        assertThatExceptionOfType(WireException.class).isThrownBy(() -> connection.unwrap(packet));
    }

    @Test
    void refusesEveryTruncation() {
        ByteBuf whole = Hex.buffer(V2Samples.FIRST_PACKET);
        for (int length = 0; length < whole.readableBytes(); length++) {
            ByteBuf part = whole.slice(0, length);
            assertThatExceptionOfType(WireException.class).isThrownBy(() -> own.first(part, NOW));
        }
    }

    @Test
    void refusesEveryChangedOctet() {
        byte[] packet = Octets.fromHex(V2Samples.FIRST_PACKET).toByteArray();
        for (int at = 0; at < packet.length; at++) {
            byte[] changed = packet.clone();
            changed[at] ^= 4;
            assertThatExceptionOfType(WireException.class)
                    .as("octet %d", at)
                    .isThrownBy(() -> own.first(Unpooled.wrappedBuffer(changed), NOW));
        }
    }

    @Test
    void refusesOversizeBeforeAnyCryptography() {
        ByteBuf huge = Unpooled.buffer().writeByte(0x50).writeZero(ControlPacket.MAX_OCTETS);
        refuses(own, huge, Fault.TOO_LARGE);
    }

    @Test
    void throwsNothingUncheckedWhateverComes() throws WireException {
        byte[] packet = Octets.fromHex(V2Samples.FIRST_PACKET).toByteArray();
        Mutations.neverThrowUnchecked(List.of(packet), in -> own.first(in, NOW).close());
        ConnectionWrap connection =
                own.first(Hex.buffer(V2Samples.FIRST_PACKET), NOW).connection(NOW, 0);
        Mutations.neverThrowUnchecked(List.of(packet), connection::unwrap);
    }

    @Test
    void whatAServerSaysEarlyIsReadWithCare() {
        assertThat(EarlyNegotiation.RESEND_WRAPPED_KEY.toHex()).isEqualTo("000100020001");
        for (String yes : List.of("000100020001", "000100020003", "00020001ff000100020001")) {
            assertThat(EarlyNegotiation.wantsWrappedKey(Octets.fromHex(yes)))
                    .as(yes)
                    .isTrue();
        }
        for (String no : List.of(
                "", "0001", "00010002", "000100020000", "00010003000100", "0001000200", "0002ffff000100020001")) {
            assertThat(EarlyNegotiation.wantsWrappedKey(Octets.fromHex(no)))
                    .as(no)
                    .isFalse();
        }
    }
}
