package io.sallyport.core.autoconf;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.octets.Octets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * DHCPINFORM, RFC 2131 §3.4: a client that has its address asks for the rest.
 *
 * @param chaddr 16 octets
 * @param requested option codes of the Parameter Request List, null when there is none
 * @param maxMessageSize octets of the largest IP datagram that the client takes, at least 576
 */
record DhcpInform(
        int hardwareType,
        int hardwareLength,
        int xid,
        int flags,
        int ciaddr,
        Octets chaddr,
        @Nullable Octets requested,
        int maxMessageSize) {
    static final int CHADDR = 28;
    static final int CHADDR_OCTETS = 16;
    /** sname and file, which say nothing here. */
    static final int NAMES_OCTETS = 64 + 128;

    static final int MAGIC_COOKIE = 0x63825363;
    /** RFC 2132 §9.10: "The minimum legal value is 576 octets." */
    static final int SMALLEST_MAX_MESSAGE = 576;

    private static final int COOKIE = CHADDR + CHADDR_OCTETS + NAMES_OCTETS;
    private static final int OPTIONS = COOKIE + 4;

    private static final int BOOTREQUEST = 1;
    private static final int INFORM = 8;

    private static final int PAD = 0;
    private static final int MESSAGE_TYPE = 53;
    private static final int PARAMETER_REQUEST_LIST = 55;
    private static final int MAX_MESSAGE_SIZE = 57;
    private static final int END = 255;

    /**
     * Reads the payload of a datagram.
     *
     * @return null for any other DHCP message
     */
    static @Nullable DhcpInform decode(ByteBuf in) throws RefusedQuestion {
        int at = in.readerIndex();
        if (in.readableBytes() < OPTIONS || in.getInt(at + COOKIE) != MAGIC_COOKIE) {
            throw RefusedQuestion.malformed("no DHCP message");
        }
        int hardwareLength = in.getUnsignedByte(at + 2);
        if (in.getByte(at) != BOOTREQUEST || hardwareLength > CHADDR_OCTETS) {
            throw RefusedQuestion.malformed("no request");
        }
        Map<Integer, Octets> options = options(in.slice(at + OPTIONS, in.readableBytes() - OPTIONS));
        Octets type = options.get(MESSAGE_TYPE);
        if (type == null || type.length() != 1) {
            throw RefusedQuestion.malformed("no message type");
        }
        if (type.at(0) != INFORM) {
            return null;
        }
        // RFC 2131 §4.3.5 knows of no relay agent between a server and a client on the same link.
        if (in.getInt(at + 24) != 0) {
            throw RefusedQuestion.malformed("relayed");
        }
        return new DhcpInform(
                in.getUnsignedByte(at + 1),
                hardwareLength,
                in.getInt(at + 4),
                in.getUnsignedShort(at + 10),
                in.getInt(at + 12),
                octets(in, at + CHADDR, CHADDR_OCTETS),
                options.get(PARAMETER_REQUEST_LIST),
                maxMessageSize(options.get(MAX_MESSAGE_SIZE)));
    }

    /** Whether the client wants this option: one that names none gets all there are. */
    boolean asksFor(int code) {
        if (requested == null) {
            return true;
        }
        for (int i = 0; i < requested.length(); i++) {
            if (Byte.toUnsignedInt(requested.at(i)) == code) {
                return true;
            }
        }
        return false;
    }

    private static int maxMessageSize(@Nullable Octets value) throws RefusedQuestion {
        if (value == null) {
            return SMALLEST_MAX_MESSAGE;
        }
        if (value.length() != 2) {
            throw RefusedQuestion.malformed("a maximum message size of " + value.length() + " octets");
        }
        int size = Byte.toUnsignedInt(value.at(0)) << 8 | Byte.toUnsignedInt(value.at(1));
        return Math.max(SMALLEST_MAX_MESSAGE, size);
    }

    /** Those that matter here. RFC 3396 §7: what comes in several pieces is one option. */
    private static Map<Integer, Octets> options(ByteBuf in) throws RefusedQuestion {
        Map<Integer, Octets> options = new HashMap<>();
        while (in.isReadable()) {
            int code = in.readUnsignedByte();
            if (code == END) {
                return options;
            }
            if (code == PAD) {
                continue;
            }
            int length = in.isReadable() ? in.readUnsignedByte() : Integer.MAX_VALUE;
            if (length > in.readableBytes()) {
                throw RefusedQuestion.malformed("option " + code + " reaches beyond the end");
            }
            if (code == MESSAGE_TYPE || code == PARAMETER_REQUEST_LIST || code == MAX_MESSAGE_SIZE) {
                options.merge(code, Octets.read(in, length), DhcpInform::joined);
            } else {
                in.skipBytes(length);
            }
        }
        // RFC 2131 §4.1: "The last option must always be the 'end' option."
        throw RefusedQuestion.malformed("no end of options");
    }

    private static Octets joined(Octets first, Octets second) {
        byte[] both = new byte[first.length() + second.length()];
        System.arraycopy(first.toByteArray(), 0, both, 0, first.length());
        System.arraycopy(second.toByteArray(), 0, both, first.length(), second.length());
        return Octets.of(both);
    }

    private static Octets octets(ByteBuf in, int at, int length) {
        return Octets.read(in.slice(at, length));
    }
}
