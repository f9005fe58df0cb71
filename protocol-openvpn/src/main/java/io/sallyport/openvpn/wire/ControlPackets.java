package io.sallyport.openvpn.wire;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.octets.Octets;
import io.sallyport.openvpn.wire.ControlPacket.Ack;
import io.sallyport.openvpn.wire.ControlPacket.Control;
import io.sallyport.openvpn.wire.ControlPacket.HardResetClientV2;
import io.sallyport.openvpn.wire.ControlPacket.HardResetServerV2;
import io.sallyport.openvpn.wire.ControlPacket.Message;
import io.sallyport.openvpn.wire.ControlPacket.SoftReset;
import io.sallyport.openvpn.wire.WireException.Fault;
import java.util.ArrayList;
import java.util.List;

/**
 * The control channel's packets as octets:
 *
 * <pre>
 * header   1 opcode and key id, 8 sender's session id
 * body     1 count of acknowledgements, 4 each, 8 session id of the acknowledged (when the count is not 0),
 *          4 message id and the payload (not in an ACK)
 * </pre>
 *
 * tls-crypt puts its own fields between header and body.
 */
public final class ControlPackets {
    public static final int HEADER_OCTETS = 1 + OvpnSessionId.OCTETS;

    private ControlPackets() {}

    /** Reads one packet, which must be all that is readable. */
    public static ControlPacket decode(ByteBuf in) throws WireException {
        if (in.readableBytes() > ControlPacket.MAX_OCTETS) {
            throw new WireException(Fault.TOO_LARGE, "a control packet of " + in.readableBytes() + " octets");
        }
        Header header = decodeHeader(in);
        return decodeBody(header, in);
    }

    public static void encode(ControlPacket packet, ByteBuf out) {
        encodeHeader(packet, out);
        encodeBody(packet, out);
    }

    /** The part that is never encrypted. */
    record Header(Opcode opcode, int keyId, OvpnSessionId sessionId) {
        /**
         * Of the packet that a client's wrapped key was appended to: tls-crypt-v2 has its own opcodes for such packets
         * and nothing else.
         */
        Header withoutKey() throws WireException {
            Opcode inner = switch (opcode) {
                case HARD_RESET_CLIENT_V3 -> Opcode.HARD_RESET_CLIENT_V2;
                case CONTROL_WKC_V1 -> Opcode.CONTROL_V1;
                case SOFT_RESET_V1, CONTROL_V1, ACK_V1, DATA_V1, HARD_RESET_CLIENT_V2, HARD_RESET_SERVER_V2, DATA_V2 ->
                    throw new WireException(Fault.UNSUPPORTED, opcode + " has no key behind it");
            };
            if (keyId != 0) {
                throw new WireException(Fault.MALFORMED, opcode + " with this key id");
            }
            return new Header(inner, keyId, sessionId);
        }
    }

    static Header decodeHeader(ByteBuf in) throws WireException {
        need(in, HEADER_OCTETS);
        int first = in.readUnsignedByte();
        Opcode opcode = Opcode.of(first);
        if (opcode == null || opcode.isData()) {
            throw new WireException(Fault.UNSUPPORTED, "opcode " + (first >> 3) + " on the control channel");
        }
        return new Header(opcode, Opcode.keyId(first), sessionId(in));
    }

    static ControlPacket decodeBody(Header header, ByteBuf in) throws WireException {
        Acks acks = acks(in);
        if (header.opcode == Opcode.ACK_V1) {
            return ack(header, acks, in);
        }
        need(in, 4);
        long messageId = in.readUnsignedInt();
        Octets payload = Octets.read(in);
        OvpnSessionId id = header.sessionId;
        boolean initial = header.keyId == 0;
        return switch (header.opcode) {
            case HARD_RESET_CLIENT_V2 -> initialOnly(initial, new HardResetClientV2(id, acks, messageId, payload));
            case HARD_RESET_SERVER_V2 -> initialOnly(initial, new HardResetServerV2(id, acks, messageId, payload));
            case SOFT_RESET_V1 -> initialOnly(!initial, new SoftReset(header.keyId, id, acks, messageId, payload));
            case CONTROL_V1 -> new Control(header.keyId, id, acks, messageId, payload);
            case HARD_RESET_CLIENT_V3, CONTROL_WKC_V1, ACK_V1, DATA_V1, DATA_V2 ->
                throw new WireException(Fault.UNSUPPORTED, "opcode " + header.opcode);
        };
    }

    static void encodeHeader(ControlPacket packet, ByteBuf out) {
        encodeHeader(packet.opcode(), packet, out);
    }

    static void encodeHeader(Opcode opcode, ControlPacket packet, ByteBuf out) {
        out.writeByte(opcode.firstOctet(packet.keyId()));
        out.writeLong(packet.sessionId().value());
    }

    static void encodeBody(ControlPacket packet, ByteBuf out) {
        Acks acks = packet.acks();
        out.writeByte(acks.messageIds().size());
        for (long id : acks.messageIds()) {
            out.writeInt((int) id);
        }
        if (acks.remote() != null) {
            out.writeLong(acks.remote().value());
        }
        if (packet instanceof Message message) {
            out.writeInt((int) message.messageId());
            message.payload().writeTo(out);
        }
    }

    private static Ack ack(Header header, Acks acks, ByteBuf in) throws WireException {
        if (acks.isEmpty()) {
            throw new WireException(Fault.MALFORMED, "an ACK that acknowledges nothing");
        }
        if (in.isReadable()) {
            throw new WireException(Fault.MALFORMED, in.readableBytes() + " octets after an ACK");
        }
        return new Ack(header.keyId, header.sessionId, acks);
    }

    private static ControlPacket initialOnly(boolean allowed, ControlPacket packet) throws WireException {
        if (!allowed) {
            throw new WireException(Fault.MALFORMED, packet.opcode() + " with this key id");
        }
        return packet;
    }

    private static Acks acks(ByteBuf in) throws WireException {
        need(in, 1);
        int count = in.readUnsignedByte();
        if (count == 0) {
            return Acks.NONE;
        }
        if (count > Acks.MAX) {
            throw new WireException(Fault.TOO_LARGE, count + " acknowledgements in one packet");
        }
        need(in, count * 4 + OvpnSessionId.OCTETS);
        List<Long> ids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ids.add(in.readUnsignedInt());
        }
        return new Acks(ids, sessionId(in));
    }

    private static OvpnSessionId sessionId(ByteBuf in) throws WireException {
        long value = in.readLong();
        if (value == 0) {
            throw new WireException(Fault.MALFORMED, "a session id of zero");
        }
        return new OvpnSessionId(value);
    }

    private static void need(ByteBuf in, int octets) throws WireException {
        if (in.readableBytes() < octets) {
            throw new WireException(Fault.TRUNCATED, "a control packet ends early");
        }
    }
}
