package io.sallyport.sstp.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The attributes of one message, cut apart (MS-SSTP §2.2.4) but not yet judged. */
final class Attributes {
    /** More than any message has, and enough to tell a sender each that is wrong. */
    static final int MAX = 16;

    private static final int LENGTH_BITS = 0x0fff;

    private record Attribute(int id, Octets value) {}

    private final int messageType;
    private final List<Attribute> attributes;

    private Attributes(int messageType, List<Attribute> attributes) {
        this.messageType = messageType;
        this.attributes = attributes;
    }

    /** Reads all that is readable, which must be this many attributes. */
    static Attributes read(int messageType, int count, ByteBuf from) throws WireException {
        if (count > MAX) {
            throw invalid(messageType, count + " attributes");
        }
        List<Attribute> attributes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (from.readableBytes() < ControlMessages.ATTRIBUTE_HEADER_OCTETS) {
                throw invalid(messageType, "fewer attributes than it says");
            }
            int id = from.readUnsignedShort() & 0xff;
            int length = (from.readUnsignedShort() & LENGTH_BITS) - ControlMessages.ATTRIBUTE_HEADER_OCTETS;
            if (length < 0 || length > from.readableBytes()) {
                throw invalid(messageType, "an attribute's length");
            }
            attributes.add(new Attribute(id, Octets.read(from, length)));
        }
        if (from.isReadable()) {
            throw invalid(messageType, "more octets than attributes");
        }
        return new Attributes(messageType, attributes);
    }

    static WireException invalid(int messageType, String detail) {
        return new WireException(
                messageType, List.of(StatusInfo.of(AttributeId.STATUS_INFO, Status.INVALID_FRAME_RECEIVED)), detail);
    }

    WireException refused(StatusInfo reason, String detail) {
        return new WireException(messageType, List.of(reason), detail);
    }

    <T extends ControlMessage> T none(T message) throws WireException {
        if (!attributes.isEmpty()) {
            throw notSupported("an attribute where there is none");
        }
        return message;
    }

    /** The value of the one attribute that there must be, of this length with its header. */
    ByteBuf only(int id, int length) throws WireException {
        // MS-SSTP §3.3.5.2.3: "The crypto binding attribute is not present OR an invalid length is given for the
        // attribute"
        if (attributes.size() != 1
                || attributes.getFirst().id() != id
                || attributes.getFirst().value().length() != length - ControlMessages.ATTRIBUTE_HEADER_OCTETS) {
            throw notSupported("not the one attribute that it needs");
        }
        return Unpooled.wrappedBuffer(attributes.getFirst().value().toByteArray());
    }

    private WireException notSupported(String detail) {
        return refused(StatusInfo.of(AttributeId.STATUS_INFO, Status.ATTRIB_NOT_SUPPORTED_IN_MSG), detail);
    }

    /** At least one Status Info and nothing else. */
    List<StatusInfo> statuses() throws WireException {
        if (attributes.isEmpty()) {
            throw notSupported("no reason");
        }
        List<StatusInfo> statuses = new ArrayList<>();
        for (Attribute attribute : attributes) {
            statuses.add(status(attribute));
        }
        return statuses;
    }

    /** At most one Status Info and nothing else. */
    @Nullable
    StatusInfo optionalStatus() throws WireException {
        if (attributes.size() > 1) {
            throw notSupported("more than one reason");
        }
        return attributes.isEmpty() ? null : status(attributes.getFirst());
    }

    private StatusInfo status(Attribute attribute) throws WireException {
        int fixed = ControlMessages.STATUS_INFO_OCTETS - ControlMessages.ATTRIBUTE_HEADER_OCTETS;
        Octets value = attribute.value();
        if (attribute.id() != AttributeId.STATUS_INFO
                || value.length() < fixed
                || value.length() > fixed + StatusInfo.MAX_VALUE) {
            throw notSupported("not a Status Info");
        }
        ByteBuf fields = Unpooled.wrappedBuffer(value.toByteArray());
        return new StatusInfo(fields.readInt() & 0xff, fields.readInt(), Octets.read(fields));
    }

    /** MS-SSTP §3.3.5.2.2: refuses all attributes of a Call Connect Request but one that asks for PPP, with a reason for each. */
    void acceptRequest() throws WireException {
        List<StatusInfo> reasons = new ArrayList<>();
        boolean protocolIsThere = false;
        for (int i = 0; i < attributes.size(); i++) {
            Attribute attribute = attributes.get(i);
            protocolIsThere |= attribute.id() == AttributeId.ENCAPSULATED_PROTOCOL_ID;
            Status status = isAgain(i) ? Status.DUPLICATE_ATTRIBUTE : judgeInRequest(attribute);
            if (status != Status.NO_ERROR) {
                // "It is not present [...] if the attribute that is sent by the client [...] is not understood by the
                // server."
                Octets value = status == Status.UNRECOGNIZED_ATTRIBUTE ? Octets.EMPTY : attribute.value();
                reasons.add(StatusInfo.of(attribute.id(), status, value));
            }
        }
        // Each reason is an attribute of the answer, which has no more of them than any message.
        if (!protocolIsThere && reasons.size() < MAX) {
            // §2.2.8 names this attribute, §3.3.5.2.2 Status Info; the former says more.
            reasons.add(StatusInfo.of(AttributeId.ENCAPSULATED_PROTOCOL_ID, Status.REQUIRED_ATTRIBUTE_MISSING));
        }
        if (!reasons.isEmpty()) {
            throw new WireException(messageType, reasons, "attributes that cannot be accepted");
        }
    }

    private boolean isAgain(int index) {
        int id = attributes.get(index).id();
        return attributes.subList(0, index).stream().anyMatch(earlier -> earlier.id() == id);
    }

    private static Status judgeInRequest(Attribute attribute) {
        Octets value = attribute.value();
        return switch (attribute.id()) {
            case AttributeId.ENCAPSULATED_PROTOCOL_ID -> {
                if (value.length() != ControlMessages.PROTOCOL_ID_OCTETS - ControlMessages.ATTRIBUTE_HEADER_OCTETS) {
                    yield Status.INVALID_ATTRIB_VALUE_LENGTH;
                }
                int protocol = (value.at(0) & 0xff) << 8 | (value.at(1) & 0xff);
                yield protocol == ControlMessages.PROTOCOL_PPP ? Status.NO_ERROR : Status.VALUE_NOT_SUPPORTED;
            }
            case AttributeId.STATUS_INFO -> judgeStatus(value);
            default -> Status.UNRECOGNIZED_ATTRIBUTE;
        };
    }

    /** Only one that tells of no error may be there. */
    private static Status judgeStatus(Octets value) {
        if (value.length() < ControlMessages.STATUS_INFO_OCTETS - ControlMessages.ATTRIBUTE_HEADER_OCTETS) {
            return Status.INVALID_ATTRIB_VALUE_LENGTH;
        }
        for (int i = 4; i < 8; i++) {
            if (value.at(i) != 0) {
                return Status.STATUS_INFO_NOT_SUPPORTED_IN_MSG;
            }
        }
        return Status.NO_ERROR;
    }
}
