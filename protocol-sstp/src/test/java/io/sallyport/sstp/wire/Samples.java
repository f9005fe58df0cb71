package io.sallyport.sstp.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;

/** MS-SSTP §4.7's examples, and octets to and fro. */
public final class Samples {
    public static final Octets NONCE =
            Octets.fromHex("412B489AEBD7ECC7D08966F26BE7CD72B231A0E9210D7C91B308862B0344C435");
    public static final Octets CERTIFICATE_SHA256 =
            Octets.fromHex("7993EF314C493DACE9F02D60E7E61C84B6690AAFE9D7AEEA92CBBE8AD599422D");
    public static final Octets MAC_SHA256 =
            Octets.fromHex("52A68EFD8CFFBF52770B8F0FE8EC73716583AF6D611EB6D179B3B20840985449");
    public static final Octets HLAK_SHA256 =
            Octets.fromHex("2A1BB40D55AB0F5EF32F06F2B3CC73C48FD3FAC41D7A1315A19228D9024CA164");

    public static final Octets NONCE_SHA1 =
            Octets.fromHex("0F1A2D58D4A3E3000FAD3CE4906E07B707AA9E441CCEAC5CBD7B2CC1C9D86CDF");
    public static final Octets CERTIFICATE_SHA1 = Octets.fromHex("5826B629BDA59B8E6FD8DCD2622FD34C534805A5");
    public static final Octets MAC_SHA1 = Octets.fromHex("69915DD583D8062FEF16F61DB2F03290EC27CB6C");
    public static final Octets HLAK_SHA1 =
            Octets.fromHex("4B3128F43925D9006EEFB1C4E86515A1D88E56BAB3CA2BDF0373B7F5A8A13B19");

    public static final String CONNECTED_SHA256 =
            "10010070000400010003006800000002" + NONCE.toHex() + CERTIFICATE_SHA256.toHex() + MAC_SHA256.toHex();
    public static final String CONNECTED_SHA1 = "10010070000400010003006800000001"
            + NONCE_SHA1.toHex()
            + CERTIFICATE_SHA1.toHex()
            + "00".repeat(12)
            + MAC_SHA1.toHex()
            + "00".repeat(12);

    private Samples() {}

    public static ByteBuf octets(String hex) {
        return Unpooled.wrappedBuffer(Octets.fromHex(hex).toByteArray());
    }

    /** Without the packet's header, as {@link ControlMessages#decode} takes it. */
    public static ByteBuf message(String packetHex) {
        return octets(packetHex).skipBytes(SstpPacket.HEADER_OCTETS);
    }

    public static String hex(ControlMessage message) {
        ByteBuf out = Unpooled.buffer();
        ControlMessages.encode(message, out);
        return ByteBufUtil.hexDump(out);
    }
}
