package io.sallyport.openvpn.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;

/** Octets written down for people. */
final class Hex {
    private Hex() {}

    static ByteBuf buffer(String hex) {
        return Unpooled.wrappedBuffer(Octets.fromHex(hex).toByteArray());
    }

    static String of(ByteBuf buffer) {
        return ByteBufUtil.hexDump(buffer);
    }
}
