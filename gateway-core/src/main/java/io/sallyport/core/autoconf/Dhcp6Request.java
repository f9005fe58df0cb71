package io.sallyport.core.autoconf;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.octets.Octets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's message of DHCPv6, RFC 8415 §8.
 *
 * @param transaction three octets
 * @param clientId its DUID, null when it gives none
 * @param serverId whom it is for, null for any server
 * @param associations what it wants addresses or prefixes for, the first few
 * @param requested codes of the Option Request option, two octets each; null when there is none
 * @param rapidCommit whether it takes a Reply at once
 */
record Dhcp6Request(
        int type,
        int transaction,
        @Nullable Octets clientId,
        @Nullable Octets serverId,
        List<Association> associations,
        @Nullable Octets requested,
        boolean rapidCommit) {
    static final int SOLICIT = 1;
    static final int REQUEST = 3;
    static final int CONFIRM = 4;
    static final int RENEW = 5;
    static final int REBIND = 6;
    static final int RELEASE = 8;
    static final int DECLINE = 9;
    static final int INFORMATION_REQUEST = 11;

    static final int CLIENT_ID = 1;
    static final int SERVER_ID = 2;
    static final int IA_NA = 3;
    static final int IA_TA = 4;
    static final int IA_ADDRESS = 5;
    static final int OPTION_REQUEST = 6;
    static final int RAPID_COMMIT = 14;
    static final int IA_PD = 25;

    /** Of both, those above are left without an answer. */
    static final int MAX_ASSOCIATIONS = 4;

    static final int MAX_ADDRESSES = 4;

    private static final int HEADER = 4;
    private static final int IA_TIMES = 8;
    private static final int ADDRESS_OCTETS = 16;
    private static final int IA_ADDRESS_OCTETS = 24;
    /** RFC 8415 §11.1: a type of two octets and 1 to 128 more. */
    private static final int MIN_DUID = 3;

    private static final int MAX_DUID = 130;

    /**
     * An identity association.
     *
     * @param kind {@link #IA_NA}, {@link #IA_TA} or {@link #IA_PD}
     * @param addresses that the client has or hopes for, 16 octets each
     */
    record Association(int kind, int iaid, List<Octets> addresses) {
        Association {
            addresses = List.copyOf(addresses);
        }
    }

    Dhcp6Request {
        associations = List.copyOf(associations);
    }

    /** Reads the payload of a datagram and uses all of it. */
    static Dhcp6Request decode(ByteBuf in) throws RefusedQuestion {
        if (in.readableBytes() < HEADER) {
            throw RefusedQuestion.malformed("no DHCPv6 message");
        }
        Reader reader = new Reader();
        int type = in.readUnsignedByte();
        int transaction = in.readUnsignedMedium();
        while (in.isReadable()) {
            reader.read(optionCode(in), optionValue(in));
        }
        return new Dhcp6Request(
                type,
                transaction,
                reader.clientId,
                reader.serverId,
                reader.associations,
                reader.requested,
                reader.rapidCommit);
    }

    /** Whether the client wants this option: one that names none gets all there are. */
    boolean asksFor(int code) {
        if (requested == null) {
            return true;
        }
        for (int i = 0; i < requested.length(); i += 2) {
            if ((Byte.toUnsignedInt(requested.at(i)) << 8 | Byte.toUnsignedInt(requested.at(i + 1))) == code) {
                return true;
            }
        }
        return false;
    }

    private static int optionCode(ByteBuf in) throws RefusedQuestion {
        if (in.readableBytes() < 4) {
            throw RefusedQuestion.malformed("half an option");
        }
        return in.readUnsignedShort();
    }

    private static ByteBuf optionValue(ByteBuf in) throws RefusedQuestion {
        int length = in.readUnsignedShort();
        if (length > in.readableBytes()) {
            throw RefusedQuestion.malformed("an option reaches beyond the end");
        }
        return in.readSlice(length);
    }

    private static final class Reader {
        private @Nullable Octets clientId;
        private @Nullable Octets serverId;
        private @Nullable Octets requested;
        private boolean rapidCommit;
        private final List<Association> associations = new ArrayList<>();

        void read(int code, ByteBuf value) throws RefusedQuestion {
            switch (code) {
                case CLIENT_ID -> clientId = duid(clientId, value);
                case SERVER_ID -> serverId = duid(serverId, value);
                case OPTION_REQUEST -> requested = codes(requested, value);
                case RAPID_COMMIT -> rapidCommit = true;
                case IA_NA, IA_PD -> associations(code, value, IA_TIMES);
                case IA_TA -> associations(code, value, 0);
                default -> {
                    // RFC 8415 §16: unknown options are ignored
                }
            }
        }

        /** RFC 8415 §21: options but the identity associations "MUST NOT appear more than once". */
        private static Octets duid(@Nullable Octets before, ByteBuf value) throws RefusedQuestion {
            int length = value.readableBytes();
            if (before != null || length < MIN_DUID || length > MAX_DUID) {
                throw RefusedQuestion.malformed("DUID");
            }
            return Octets.read(value);
        }

        private static Octets codes(@Nullable Octets before, ByteBuf value) throws RefusedQuestion {
            if (before != null || value.readableBytes() % 2 != 0) {
                throw RefusedQuestion.malformed("option request");
            }
            return Octets.read(value);
        }

        private void associations(int kind, ByteBuf value, int timesOctets) throws RefusedQuestion {
            if (value.readableBytes() < 4 + timesOctets) {
                throw RefusedQuestion.malformed("identity association");
            }
            int iaid = value.readInt();
            value.skipBytes(timesOctets);
            List<Octets> addresses = new ArrayList<>();
            while (value.isReadable()) {
                int code = optionCode(value);
                ByteBuf option = optionValue(value);
                if (code == IA_ADDRESS && option.readableBytes() < IA_ADDRESS_OCTETS) {
                    throw RefusedQuestion.malformed("address of an identity association");
                }
                if (code == IA_ADDRESS && addresses.size() < MAX_ADDRESSES) {
                    addresses.add(Octets.read(option, ADDRESS_OCTETS));
                }
            }
            if (associations.size() < MAX_ASSOCIATIONS) {
                associations.add(new Association(kind, iaid, addresses));
            }
        }
    }
}
