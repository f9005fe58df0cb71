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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsAuthTest implements RefusedPackets {
    /** Captured from openvpn 2.6.14 under the key of {@link TlsCryptTest}, with {@code key-direction 1}. */
    private static final String FIRST_PACKET =
            "38122bccef92da63904189c602c3d013144f9c93eba56c1cb0e301812f000000016b038adf0000000000";

    private static final Control CONTROL = new Control(
            1, new OvpnSessionId(77), Acks.of(new OvpnSessionId(78), List.of(3L, 4L)), 5, Octets.fromHex("1603010203"));

    private static TlsAuth end(HmacDigest digest, KeyDirection direction) throws WireException {
        return new TlsAuth(StaticKey.parse(TlsCryptTest.KEY), digest, direction, new WrapCrypto());
    }

    @Override
    public ControlWrap receiver() {
        return server;
    }

    @Override
    public String firstPacket() {
        return FIRST_PACKET;
    }

    private final TlsAuth server;

    TlsAuthTest() throws WireException {
        server = end(HmacDigest.SHA1, KeyDirection.NORMAL);
    }

    /** Captured from openvpn 2.6.14 with this {@code auth} and {@code key-direction}. */
    @ParameterizedTest
    @CsvSource({
        "SHA1, NORMAL, 38308dac8d4382b81f0ae430cd3383775e68cdd310764f52d1218f60f4000000016b038adf0000000000",
        "SHA1, INVERSE, 38122bccef92da63904189c602c3d013144f9c93eba56c1cb0e301812f000000016b038adf0000000000",
        "SHA1, BIDIRECTIONAL, 38c0ff0a215947aa6ae90c98dd1860babaff92087d37db08f8f93170a6000000016b038adf0000000000",
        "SHA256, NORMAL, 38af4db944f87d628700bff8f67000416ac23d225051ede0d3b985fb08622181ba7aca8f0e1506ba20000000016b038adf0000000000",
        "SHA256, INVERSE, 3824136d472d14f277353c866b0669fc12b8283ae02f5ff759c505a0b9cb4d1cd814b5b28529e2ae15000000016b038ae00000000000",
        "SHA256, BIDIRECTIONAL, 38c5f5fdd2d3493a439d144928a74e05c367bfb6a4a229c16e1dad2923df6a1e44c2b58d9cecbe3ad9000000016b038ae00000000000",
        "SHA512, NORMAL, 38bf218cf27e3fbe41fca89922a2eedcec05e5f99d7af541724f772ef6dd37cb291ca6a209f2cec5fab59209f498b30b146964c0c042fd51b3ff02db34fc2aff296238a1356439c56c000000016b038ae00000000000",
        "SHA512, INVERSE, 384b4915f856d119808d29a746144870fcb214ee23c2832a15ff2016aed4466e4877f63ed49c1734fcf33d4c1566d48b570bb7470f062c3ee094bb29483e7807072d18b50bbe141cc1000000016b038ae00000000000",
        "SHA512, BIDIRECTIONAL, 383da5a09ab6a8e942f585fc27b2e3c74576692d44ba8cf6606c32114922dfe21198abe992231dacf7affab4b1ca1b76441fed1ff4d5eb4028e2a0829506de9076155d897592c06071000000016b038ae00000000000"
    })
    void opensAndMakesTheFirstPacketOfOpenVpn(HmacDigest digest, KeyDirection direction, String packet)
            throws WireException {
        Unwrapped first = end(digest, direction.opposite()).unwrap(Hex.buffer(packet));
        assertThat(first.packet())
                .isEqualTo(new HardResetClientV2(first.packet().sessionId(), Acks.NONE, 0, Octets.EMPTY));
        assertThat(first.replayId().count()).isEqualTo(1);
        ByteBuf out = Unpooled.buffer().writeByte(9);
        TlsAuth client = end(digest, direction);
        client.wrap(first.packet(), first.replayId(), out);
        assertThat(Hex.of(out.skipBytes(1))).isEqualTo(packet);
        assertThat(out.readableBytes()).isEqualTo(14 + client.overhead());
    }

    @Test
    void carriesPacketsBothWays() throws WireException {
        for (HmacDigest digest : HmacDigest.values()) {
            for (KeyDirection direction : KeyDirection.values()) {
                ReplayId id = new ReplayId(0xffff_ffffL, 0xffff_fffeL);
                ByteBuf out = Unpooled.buffer();
                end(digest, direction).wrap(CONTROL, id, out);
                assertThat(end(digest, direction.opposite()).unwrap(out)).isEqualTo(new Unwrapped(CONTROL, id));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SHA1, INVERSE, NOT_AUTHENTIC",
        "SHA1, BIDIRECTIONAL, NOT_AUTHENTIC",
        "SHA256, NORMAL, TRUNCATED",
        "SHA512, NORMAL, TRUNCATED"
    })
    void refusesAnotherDigestAndAnotherDirection(HmacDigest digest, KeyDirection direction, Fault fault)
            throws WireException {
        TlsAuth other = end(digest, direction);
        assertThatExceptionOfType(WireException.class)
                .isThrownBy(() -> other.unwrap(Hex.buffer(FIRST_PACKET)))
                .extracting(WireException::fault)
                .isEqualTo(fault);
    }
}
