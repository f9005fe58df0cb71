package io.sallyport.core.auth;

import io.sallyport.core.octets.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a peer wants instead of the method that it was offered (RFC 3748 §5.3). */
final class EapNak {
    private static final int MOST_SHOWN = 8;
    /** Type 254, vendor in three octets, type in four. */
    private static final int EXPANDED_OCTETS = 8;

    private EapNak() {}

    /** Whether this refuses a method. An Expanded Nak may answer nothing that is asked here, and is understood all the same. */
    static boolean is(EapPackets.Typed response) {
        return response.type() == EapPackets.NAK || isExpanded(response);
    }

    private static boolean isExpanded(EapPackets.Typed response) {
        // RFC 3748 §5.3.2: vendor 0, vendor's type 3.
        return response.type() == EapPackets.EXPANDED
                && response.data().length() >= EXPANDED_OCTETS - 1
                && number(response.data(), 0, EXPANDED_OCTETS - 1) == EapPackets.NAK;
    }

    /** The types wanted, best first; vendors' own are left out. */
    static List<Integer> wanted(EapPackets.Typed nak) {
        return nak.type() == EapPackets.NAK ? legacy(nak.data()) : expanded(nak.data());
    }

    private static List<Integer> legacy(Octets data) {
        List<Integer> types = new ArrayList<>();
        for (int i = 0; i < data.length(); i++) {
            // §5.3.1: 0 indicates no desired alternative.
            if (data.at(i) != 0) {
                types.add(data.at(i) & 0xff);
            }
        }
        return types;
    }

    private static List<Integer> expanded(Octets data) {
        List<Integer> types = new ArrayList<>();
        for (int at = EXPANDED_OCTETS - 1; at + EXPANDED_OCTETS <= data.length(); at += EXPANDED_OCTETS) {
            long type = number(data, at + 1, at + EXPANDED_OCTETS);
            if ((data.at(at) & 0xff) == EapPackets.EXPANDED && type > 0 && type < EapPackets.EXPANDED) {
                types.add((int) type);
            }
        }
        return types;
    }

    private static long number(Octets data, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = value << 8 | (data.at(i) & 0xff);
        }
        return value;
    }

    static String names(List<Integer> types) {
        if (types.isEmpty()) {
            return "no other";
        }
        String names = types.stream().limit(MOST_SHOWN).map(EapPackets::name).collect(Collectors.joining(", "));
        return types.size() > MOST_SHOWN ? names + " and more" : names;
    }
}
