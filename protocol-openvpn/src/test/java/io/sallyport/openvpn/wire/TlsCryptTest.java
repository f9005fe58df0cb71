package io.sallyport.openvpn.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.openvpn.wire.ControlPacket.Control;
import io.sallyport.openvpn.wire.ControlPacket.HardResetClientV2;
import io.sallyport.openvpn.wire.ControlWrap.Unwrapped;
import io.sallyport.openvpn.wire.WireException.Fault;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TlsCryptTest implements RefusedPackets {
    /** Made by {@code openvpn --genkey secret} of 2.6.14, for this test. */
    static final String KEY = """
            #
            # 2048 bit OpenVPN static key
            #
            -----BEGIN OpenVPN Static key V1-----
            69c594100ad76e763b5383c437f367f0
            7a3d1a9154f6858f7884fdccecae91e6
            244c110bd10f5c413092c1cee1e52fbc
            76ea93bbea4617f4ba4571b52cf9cfc0
            c4e36b6b5f5f1ee1a2b52dc30725b3ad
            148cb4a9d4392d2b463a02ad9b02ec93
            1cb7b2056bb7cf07733bdcd48fff5ea9
            18ff46c5357e16d9e353ed9a8f2ba2d5
            7c645ee0117fe449652ee8746cdc55e2
            1fad7e39db503e48580d6c442dea2b4f
            e71f6bb6b0b4c0a5d35a292c5b98007a
            82d1107bd04149d9c9d829cedc63bca1
            95471b237e04f4d62165c7c8ff81481f
            66d64b82e2aba451e9c06c982a2fd71c
            50945bb2b0f4c22ea6d858d7d68b34e6
            d4e83c4acb09eec0d0e4b5d2515db2d9
            -----END OpenVPN Static key V1-----
            """;

    /** Captured from openvpn 2.6.14 under that key. */
    private static final String FIRST_PACKET =
            "3897a124422d656bd2000000016b0330d4578f9b6cea63604590f6b36f85f30d9f406e1e465e115a40ee84e3fd1e26037c6466344f36";

    private static final Control CONTROL = new Control(
            1, new OvpnSessionId(77), Acks.of(new OvpnSessionId(78), List.of(3L, 4L)), 5, Octets.fromHex("1603010203"));

    @Override
    public ControlWrap receiver() {
        return server;
    }

    @Override
    public String firstPacket() {
        return FIRST_PACKET;
    }

    private TlsCrypt server;
    private TlsCrypt client;

    @BeforeEach
    void makeBothEnds() throws WireException {
        try (StaticKey key = StaticKey.parse(KEY)) {
            server = new TlsCrypt(key, TlsCrypt.End.SERVER);
            client = new TlsCrypt(key, TlsCrypt.End.CLIENT);
        }
    }

    @AfterEach
    void wipe() {
        server.close();
        client.close();
    }

    @Test
    void opensTheFirstPacketOfOpenVpn() throws WireException {
        Unwrapped first = server.unwrap(Hex.buffer(FIRST_PACKET));
        assertThat(first.packet())
                .isEqualTo(new HardResetClientV2(new OvpnSessionId(0x97a124422d656bd2L), Acks.NONE, 0, Octets.EMPTY));
        assertThat(first.replayId()).isEqualTo(new ReplayId(0x6b0330d4L, 1));
    }

    @Test
    void wrapsTheFirstPacketAsOpenVpnDoes() throws WireException {
        Unwrapped first = server.unwrap(Hex.buffer(FIRST_PACKET));
        ByteBuf out = Unpooled.buffer();
        client.wrap(first.packet(), first.replayId(), out);
        assertThat(Hex.of(out)).isEqualTo(FIRST_PACKET);
    }

    @Test
    void carriesPacketsBothWays() throws WireException {
        ReplayId id = new ReplayId(0xffff_ffffL, 0xffff_fffeL);
        ByteBuf down = Unpooled.buffer().writeByte(9);
        server.wrap(CONTROL, id, down);
        assertThat(client.unwrap(down.skipBytes(1))).isEqualTo(new Unwrapped(CONTROL, id));
        ByteBuf up = Unpooled.buffer();
        client.wrap(CONTROL, id, up);
        assertThat(server.unwrap(up)).isEqualTo(new Unwrapped(CONTROL, id));
    }

    @Test
    void addsWhatOverheadSays() {
        ByteBuf wrapped = Unpooled.buffer();
        ByteBuf plain = Unpooled.buffer();
        server.wrap(CONTROL, new ReplayId(1, 1), wrapped);
        ControlPackets.encode(CONTROL, plain);
        assertThat(wrapped.readableBytes() - plain.readableBytes()).isEqualTo(server.overhead());
    }

    @Test
    void refusesItsOwnDirection() {
        ByteBuf out = Unpooled.buffer();
        server.wrap(CONTROL, new ReplayId(1, 1), out);
        assertThatExceptionOfType(WireException.class)
                .isThrownBy(() -> server.unwrap(out))
                .extracting(WireException::fault)
                .isEqualTo(Fault.NOT_AUTHENTIC);
    }
}
