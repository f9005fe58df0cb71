package io.sallyport.openvpn.wire;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.octets.Octets;
import io.sallyport.openvpn.wire.ControlPacket.Ack;
import io.sallyport.openvpn.wire.ControlPacket.Control;
import io.sallyport.openvpn.wire.ControlPacket.HardResetClientV2;
import io.sallyport.openvpn.wire.ControlPacket.HardResetServerV2;
import io.sallyport.openvpn.wire.ControlPacket.SoftReset;

/**
 * A tls-crypt-v2 client's end of one connection: tls-crypt under its own key, with that key wrapped behind the first
 * packet, and behind the first message too when the server asks so.
 */
final class OwnKeyClientWrap implements ControlWrap {
    private final TlsCrypt inner;
    private final Octets wrapped;
    private boolean wantedAgain;

    OwnKeyClientWrap(TlsCrypt inner, Octets wrapped) {
        this.inner = inner;
        this.wrapped = wrapped;
    }

    @Override
    public boolean numbersPackets() {
        return true;
    }

    @Override
    public int overhead() {
        return inner.overhead() + wrapped.length();
    }

    @Override
    public void wrap(ControlPacket packet, ReplayId replayId, ByteBuf out) {
        Opcode opcode = opcode(packet);
        inner.wrap(opcode, packet, replayId, out);
        if (opcode.bringsKey()) {
            wrapped.writeTo(out);
        }
    }

    private Opcode opcode(ControlPacket packet) {
        return switch (packet) {
            case HardResetClientV2 reset -> Opcode.HARD_RESET_CLIENT_V3;
            case Control first
            when wantedAgain && first.keyId() == 0 && first.messageId() == 1 -> Opcode.CONTROL_WKC_V1;
            case Control control -> control.opcode();
            case HardResetServerV2 reset -> reset.opcode();
            case SoftReset reset -> reset.opcode();
            case Ack ack -> ack.opcode();
        };
    }

    @Override
    public Unwrapped unwrap(ByteBuf in) throws WireException {
        Unwrapped unwrapped = inner.unwrap(in);
        if (!(unwrapped.packet() instanceof HardResetServerV2 reset)) {
            return unwrapped;
        }
        // What the server says there is said to this wrap, not to TLS.
        wantedAgain |= EarlyNegotiation.wantsWrappedKey(reset.payload());
        return new Unwrapped(
                new HardResetServerV2(reset.sessionId(), reset.acks(), reset.messageId(), Octets.EMPTY),
                unwrapped.replayId());
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
