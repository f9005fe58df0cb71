package io.sallyport.sstp.ppp;

import io.netty.buffer.ByteBuf;

/**
 * Where the fields of a frame are (RFC 1661 §2, §6.5, §6.6; RFC 1662 §3.1), for the path of data: no HDLC flags, no checksum. Whatever was
 * negotiated, frames with and without address and control field, and with a protocol field of one or two octets are read.
 */
public final class PppFrame {
    /** Instead of a protocol or an index: this is no frame. */
    public static final int MALFORMED = -1;

    /** The longest header: address, control, protocol. */
    public static final int MAX_HEADER_OCTETS = 4;

    private static final int ADDRESS = 0xff;
    private static final int CONTROL = 0x03;

    private PppFrame() {}

    /** Number of the protocol in the frame that is readable, or {@link #MALFORMED}. Moves no index. */
    public static int protocol(ByteBuf frame) {
        int at = protocolAt(frame);
        if (at == MALFORMED) {
            return MALFORMED;
        }
        int first = frame.getUnsignedByte(at);
        if ((first & 1) != 0) {
            return first;
        }
        // RFC 1661 §2: "the least significant bit of the least significant octet MUST equal '1'"
        int second = frame.writerIndex() - at < 2 ? 0 : frame.getUnsignedByte(at + 1);
        return (second & 1) == 0 ? MALFORMED : first << 8 | second;
    }

    /** Index of the first octet of information, or {@link #MALFORMED}. Moves no index. */
    public static int informationAt(ByteBuf frame) {
        int protocol = protocol(frame);
        if (protocol == MALFORMED) {
            return MALFORMED;
        }
        int at = protocolAt(frame);
        return (frame.getByte(at) & 1) != 0 ? at + 1 : at + 2;
    }

    /**
     * Puts the header before the packet at the reader index, which moves back by up to {@link #MAX_HEADER_OCTETS}: the buffer has that much room. Frames of LCP are
     * never compressed (RFC 1661 §6.6).
     *
     * @param compressAddress leave address and control out
     * @param compressProtocol one octet where the number allows it
     */
    public static void writeHeader(ByteBuf packet, int protocol, boolean compressAddress, boolean compressProtocol) {
        int at = packet.readerIndex() - 1;
        packet.setByte(at, protocol);
        if (!compressProtocol || protocol > 0xff) {
            packet.setByte(--at, protocol >> 8);
        }
        if (!compressAddress || protocol == PppProtocol.LCP) {
            packet.setByte(--at, CONTROL);
            packet.setByte(--at, ADDRESS);
        }
        packet.readerIndex(at);
    }

    private static int protocolAt(ByteBuf frame) {
        int at = frame.readerIndex();
        int length = frame.readableBytes();
        if (length == 0) {
            return MALFORMED;
        }
        // RFC 1661 §6.5, §6.6: no compressed protocol looks like the address, because 0x00ff is none.
        if (frame.getUnsignedByte(at) != ADDRESS) {
            return at;
        }
        return length < 3 || frame.getByte(at + 1) != CONTROL || frame.getUnsignedByte(at + 2) == ADDRESS
                ? MALFORMED
                : at + 2;
    }
}
