package io.sallyport.sstp.wire;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.octets.Octets;
import io.sallyport.sstp.wire.ControlMessage.CallAbort;
import io.sallyport.sstp.wire.ControlMessage.CallConnectAck;
import io.sallyport.sstp.wire.ControlMessage.CallConnectNak;
import io.sallyport.sstp.wire.ControlMessage.CallConnectRequest;
import io.sallyport.sstp.wire.ControlMessage.CallConnected;
import io.sallyport.sstp.wire.ControlMessage.CallDisconnect;
import io.sallyport.sstp.wire.ControlMessage.CallDisconnectAck;
import io.sallyport.sstp.wire.ControlMessage.EchoRequest;
import io.sallyport.sstp.wire.ControlMessage.EchoResponse;
import org.jspecify.annotations.Nullable;

/** The codec of control messages, MS-SSTP §2.2.2: type, number of attributes, attributes. */
public final class ControlMessages {
    static final int TYPE_OCTETS = 4;
    static final int ATTRIBUTE_HEADER_OCTETS = 4;
    static final int BINDING_REQUEST_OCTETS = 40;
    static final int BINDING_OCTETS = 104;
    static final int STATUS_INFO_OCTETS = 12;
    static final int PROTOCOL_ID_OCTETS = 6;
    /** Of a certificate's hash and of a compound MAC, whatever their own length. */
    static final int HASH_FIELD_OCTETS = 32;

    static final int PROTOCOL_PPP = 1;

    private ControlMessages() {}

    /** @param message without the packet's header; all of it is read */
    public static ControlMessage decode(ByteBuf message) throws WireException {
        if (message.readableBytes() < TYPE_OCTETS) {
            throw Attributes.invalid(-1, "shorter than a message type");
        }
        int type = message.readUnsignedShort();
        Attributes attributes = Attributes.read(type, message.readUnsignedShort(), message);
        return switch (type) {
            case ControlMessage.CALL_CONNECT_REQUEST -> request(attributes);
            case ControlMessage.CALL_CONNECT_ACK -> acknowledgment(attributes);
            case ControlMessage.CALL_CONNECT_NAK -> new CallConnectNak(attributes.statuses());
            case ControlMessage.CALL_CONNECTED -> connected(attributes);
            case ControlMessage.CALL_ABORT -> new CallAbort(attributes.optionalStatus());
            case ControlMessage.CALL_DISCONNECT -> new CallDisconnect(attributes.optionalStatus());
            case ControlMessage.CALL_DISCONNECT_ACK -> attributes.none(new CallDisconnectAck());
            case ControlMessage.ECHO_REQUEST -> attributes.none(new EchoRequest());
            case ControlMessage.ECHO_RESPONSE -> attributes.none(new EchoResponse());
            // "This status MUST be used to stop connections when the message type or the frame format [...] is not
            // recognized"
            default -> throw Attributes.invalid(type, "message type " + type);
        };
    }

    private static CallConnectRequest request(Attributes attributes) throws WireException {
        attributes.acceptRequest();
        return new CallConnectRequest();
    }

    private static CallConnectAck acknowledgment(Attributes attributes) throws WireException {
        ByteBuf value = attributes.only(AttributeId.CRYPTO_BINDING_REQ, BINDING_REQUEST_OCTETS);
        int hashProtocols = value.readInt() & 0xff;
        return new CallConnectAck(hashProtocols, Octets.read(value, CallConnectAck.NONCE_OCTETS));
    }

    private static CallConnected connected(Attributes attributes) throws WireException {
        ByteBuf value = attributes.only(AttributeId.CRYPTO_BINDING, BINDING_OCTETS);
        HashProtocol protocol = HashProtocol.of(value.readInt() & 0xff);
        if (protocol == null) {
            throw attributes.refused(
                    StatusInfo.of(AttributeId.CRYPTO_BINDING, Status.VALUE_NOT_SUPPORTED), "not one hash protocol");
        }
        Octets nonce = Octets.read(value, CallConnectAck.NONCE_OCTETS);
        return new CallConnected(protocol, nonce, hash(protocol, value), hash(protocol, value));
    }

    private static Octets hash(HashProtocol protocol, ByteBuf value) {
        Octets hash = Octets.read(value, protocol.octets());
        value.skipBytes(HASH_FIELD_OCTETS - protocol.octets());
        return hash;
    }

    /** Writes a whole packet, header included. */
    public static void encode(ControlMessage message, ByteBuf out) {
        int start = out.writerIndex();
        out.writeInt(SstpPacket.VERSION << 24 | SstpPacket.CONTROL << 16);
        out.writeShort(message.type());
        switch (message) {
            case CallConnectRequest _ -> {
                attribute(1, AttributeId.ENCAPSULATED_PROTOCOL_ID, PROTOCOL_ID_OCTETS, out);
                out.writeShort(PROTOCOL_PPP);
            }
            case CallConnectAck acknowledgment -> {
                attribute(1, AttributeId.CRYPTO_BINDING_REQ, BINDING_REQUEST_OCTETS, out);
                out.writeInt(acknowledgment.hashProtocols());
                acknowledgment.nonce().writeTo(out);
            }
            case CallConnectNak refusal -> {
                out.writeShort(refusal.reasons().size());
                refusal.reasons().forEach(reason -> status(reason, out));
            }
            case CallConnected connected -> binding(connected, out);
            case CallAbort abort -> optionalStatus(abort.why(), out);
            case CallDisconnect disconnect -> optionalStatus(disconnect.why(), out);
            case CallDisconnectAck _, EchoRequest _, EchoResponse _ -> out.writeShort(0);
        }
        out.setShort(start + 2, out.writerIndex() - start);
    }

    private static void attribute(int count, int id, int length, ByteBuf out) {
        out.writeShort(count);
        out.writeShort(id);
        out.writeShort(length);
    }

    private static void binding(CallConnected connected, ByteBuf out) {
        attribute(1, AttributeId.CRYPTO_BINDING, BINDING_OCTETS, out);
        out.writeInt(connected.hashProtocol().bit());
        connected.nonce().writeTo(out);
        int padding = HASH_FIELD_OCTETS - connected.hashProtocol().octets();
        connected.certificateHash().writeTo(out);
        out.writeZero(padding);
        connected.compoundMac().writeTo(out);
        out.writeZero(padding);
    }

    private static void optionalStatus(@Nullable StatusInfo why, ByteBuf out) {
        out.writeShort(why == null ? 0 : 1);
        if (why != null) {
            status(why, out);
        }
    }

    private static void status(StatusInfo status, ByteBuf out) {
        out.writeShort(AttributeId.STATUS_INFO);
        out.writeShort(STATUS_INFO_OCTETS + status.value().length());
        out.writeInt(status.attributeId());
        out.writeInt(status.status());
        status.value().writeTo(out);
    }
}
