package io.sallyport.openvpn.wire;

import io.netty.buffer.ByteBuf;

/** Nothing around the control channel but TLS itself. */
public final class PlainWrap implements ControlWrap {
    @Override
    public boolean numbersPackets() {
        return false;
    }

    @Override
    public int overhead() {
        return 0;
    }

    @Override
    public void wrap(ControlPacket packet, ReplayId replayId, ByteBuf out) {
        ControlPackets.encode(packet, out);
    }

    @Override
    public Unwrapped unwrap(ByteBuf in) throws WireException {
        return new Unwrapped(ControlPackets.decode(in), ReplayId.NONE);
    }

    @Override
    public void mixInto(byte[] octets256) {}

    @Override
    public void close() {}
}
