package io.sallyport.core.eap;

import io.sallyport.core.octets.Octets;
import java.nio.ByteBuffer;

/**
 * What stands after the type in a packet of EAP-TLS (RFC 5216 §3): flags, perhaps the length of the whole TLS message, and a part of it.
 *
 * @param length of the whole message, {@link #NO_LENGTH} where the packet does not say
 * @param data a fragment, or all of the message
 */
public record EapTlsPacket(boolean start, boolean more, int length, Octets data) {
    public static final int NO_LENGTH = -1;

    /** Octets in a message, both ways: what TLS itself takes unread. */
    public static final int MOST_MESSAGE_OCTETS = 64 * 1024;

    /** Flags, and the length where there is one. */
    static final int FLAGS_OCTETS = 1;

    static final int LENGTH_OCTETS = 4;

    static final EapTlsPacket START = new EapTlsPacket(true, false, NO_LENGTH, Octets.EMPTY);
    /** RFC 5216 §2.1.5: "the EAP peer MUST respond with an EAP-Response with EAP-Type=EAP-TLS and no data. This serves as a fragment ACK." */
    static final EapTlsPacket ACK = new EapTlsPacket(false, false, NO_LENGTH, Octets.EMPTY);

    private static final int LENGTH_INCLUDED = 0x80;
    private static final int MORE_FRAGMENTS = 0x40;
    private static final int EAP_TLS_START = 0x20;

    boolean isAck() {
        return !start && !more && data.isEmpty();
    }

    /** @throws MalformedException when it is none that could be part of a message */
    public static EapTlsPacket decode(Octets packet) throws MalformedException {
        if (packet.isEmpty()) {
            throw new MalformedException("no flags");
        }
        // The other bits: "Implementations of this specification MUST set the reserved bits to zero, and MUST ignore
        // them on reception."
        int flags = packet.at(0);
        boolean start = (flags & EAP_TLS_START) != 0;
        boolean more = (flags & MORE_FRAGMENTS) != 0;
        boolean lengthIncluded = (flags & LENGTH_INCLUDED) != 0;
        int dataAt = FLAGS_OCTETS + (lengthIncluded ? LENGTH_OCTETS : 0);
        if (packet.length() < dataAt) {
            throw new MalformedException("the length is cut off");
        }
        int length = lengthIncluded ? length(packet) : NO_LENGTH;
        Octets data = packet.slice(dataAt, packet.length());
        if (start && (more || !data.isEmpty())) {
            throw new MalformedException("a start with data");
        }
        if (more && data.isEmpty()) {
            throw new MalformedException("a fragment without data");
        }
        if (lengthIncluded && data.length() > length) {
            throw new MalformedException("more octets than the message's " + length);
        }
        return new EapTlsPacket(start, more, length, data);
    }

    private static int length(Octets packet) throws MalformedException {
        int length = ByteBuffer.wrap(packet.toByteArray()).getInt(FLAGS_OCTETS);
        if (length < 0 || length > MOST_MESSAGE_OCTETS) {
            throw new MalformedException("a message of " + Integer.toUnsignedString(length) + " octets");
        }
        return length;
    }

    public Octets encode() {
        boolean lengthIncluded = length != NO_LENGTH;
        int flags = (lengthIncluded ? LENGTH_INCLUDED : 0) | (more ? MORE_FRAGMENTS : 0) | (start ? EAP_TLS_START : 0);
        ByteBuffer to = ByteBuffer.allocate(FLAGS_OCTETS + (lengthIncluded ? LENGTH_OCTETS : 0) + data.length());
        to.put((byte) flags);
        if (lengthIncluded) {
            to.putInt(length);
        }
        return Octets.of(to.put(data.toByteArray()).array());
    }

    /** The packet, or the order of packets, is none of EAP-TLS. */
    public static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1;

        MalformedException(String message) {
            super(message, null, false, false);
        }
    }
}
