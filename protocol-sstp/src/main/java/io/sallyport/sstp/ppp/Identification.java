package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import java.nio.charset.StandardCharsets;

/** LCP's Identification, RFC 1570 §2.1: a client says what it is. It is not part of what this LCP negotiates, so it is rejected as an unknown code all the same. */
final class Identification {
    private static final int CODE = 12;
    /** Code, identifier, length, magic number. */
    private static final int MESSAGE_AT = 8;

    private static final int MAX_OCTETS = 64;

    private Identification() {}

    static boolean isIn(Octets packet) {
        return packet.length() >= MESSAGE_AT && packet.at(0) == CODE;
    }

    /** ASCII, cut to what is of interest. */
    static String message(Octets packet) {
        int end = Math.min(packet.length(), MESSAGE_AT + MAX_OCTETS);
        return new String(packet.slice(MESSAGE_AT, end).toByteArray(), StandardCharsets.US_ASCII);
    }
}
