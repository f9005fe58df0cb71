package io.sallyport.core.port443;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** A ClientHello of up to TLS 1.2 by hand, in one record: for versions that the JDK's client refuses to speak, and to be cut at any octet. */
final class RawHello {
    private static final String SUITES = "c02f c02b c030 c02c c013 c014 002f 0035";
    // RFC 8422 §5.1: supported_groups with x25519 and secp256r1, ec_point_formats; RFC 5246 §7.4.1.4.1:
    // signature_algorithms with RSA and ECDSA, SHA-256 and SHA-1
    private static final String EXTENSIONS =
            "000a 0006 0004 001d 0017 000b 0002 01 00 000d 000c 000a 0401 0403 0201 0203 0804";

    private RawHello() {}

    static byte[] octets(int version) {
        byte[] suites = hex(SUITES);
        byte[] extensions = hex(EXTENSIONS);
        int body = 2 + 32 + 1 + 2 + suites.length + 2 + 2 + extensions.length;
        ByteBuffer hello = ByteBuffer.allocate(5 + 4 + body);
        hello.put((byte) 22).putShort((short) 0x0301).putShort((short) (4 + body));
        hello.putInt(1 << 24 | body);
        hello.putShort((short) version).put(new byte[32]).put((byte) 0);
        hello.putShort((short) suites.length).put(suites).put((byte) 1).put((byte) 0);
        hello.putShort((short) extensions.length).put(extensions);
        return hello.array();
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }
}
