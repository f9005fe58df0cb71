package io.sallyport.openvpn.wire;

import io.netty.buffer.ByteBuf;

/**
 * The server's end of a connection with a tls-crypt-v2 client: tls-crypt under the key that the client brought. It is
 * taken once: what is behind later packets is cut off unread.
 */
final class OwnKeyServerWrap implements ControlWrap {
    private final TlsCrypt inner;

    OwnKeyServerWrap(TlsCrypt inner) {
        this.inner = inner;
    }

    @Override
    public boolean numbersPackets() {
        return true;
    }

    @Override
    public int overhead() {
        return inner.overhead();
    }

    @Override
    public void wrap(ControlPacket packet, ReplayId replayId, ByteBuf out) {
        inner.wrap(packet, replayId, out);
    }

    @Override
    public Unwrapped unwrap(ByteBuf in) throws WireException {
        Opcode opcode = in.isReadable() ? Opcode.of(in.getUnsignedByte(in.readerIndex())) : null;
        if (opcode == null || !opcode.bringsKey()) {
            return inner.unwrap(in);
        }
        int packet = in.readableBytes() - WrappedKey.lengthBehind(in);
        return inner.unwrap(in.slice(in.readerIndex(), packet), true);
    }

    @Override
    public void mixInto(byte[] octets256) {
        inner.mixInto(octets256);
    }

    @Override
    public void close() {
        inner.close();
    }
}
