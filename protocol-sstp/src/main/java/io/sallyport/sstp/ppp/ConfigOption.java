package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import java.util.List;

/**
 * A Configuration Option (RFC 1661 §6); what the data mean is up to the protocol.
 *
 * @param type 0..255
 * @param data 0..253 octets
 */
record ConfigOption(int type, Octets data) {
    static final int HEADER_OCTETS = 2;
    static final int MAX_DATA_OCTETS = 255 - HEADER_OCTETS;

    ConfigOption {
        if (type < 0 || type > 255 || data.length() > MAX_DATA_OCTETS) {
            throw new IllegalArgumentException("no option: type " + type + " of " + data.length() + " octets");
        }
    }

    static ConfigOption empty(int type) {
        return new ConfigOption(type, Octets.EMPTY);
    }

    static ConfigOption ofShort(int type, int value) {
        return new ConfigOption(type, Octets.of((byte) (value >> 8), (byte) value));
    }

    static ConfigOption ofInt(int type, int value) {
        return new ConfigOption(
                type, Octets.of((byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value));
    }

    static ConfigOption ofLong(int type, long value) {
        byte[] octets = new byte[8];
        for (int i = 0; i < 8; i++) {
            octets[i] = (byte) (value >> (56 - 8 * i));
        }
        return new ConfigOption(type, Octets.of(octets));
    }

    boolean has(int octets) {
        return data.length() == octets;
    }

    /** The data as one number, of up to eight octets. */
    long number() {
        long number = 0;
        for (int i = 0; i < data.length(); i++) {
            number = number << 8 | (data.at(i) & 0xff);
        }
        return number;
    }

    static boolean listed(List<ConfigOption> options, int type) {
        return options.stream().anyMatch(each -> each.type == type);
    }
}
