package io.sallyport.openvpn.wire;

import io.sallyport.core.octets.Secret;
import io.sallyport.openvpn.wire.WireException.Fault;
import java.util.Arrays;

/**
 * What {@code openvpn --genkey secret} writes: 256 octets, two keys of 64 octets for a cipher and 64 for an HMAC each.
 *
 * @param octets 256
 */
public record StaticKey(Secret octets) implements AutoCloseable {
    public static final int OCTETS = 256;

    /** One of the two: 64 octets for a cipher and 64 for an HMAC. */
    static final int KEY_OCTETS = 128;

    private static final String BEGIN = "-----BEGIN OpenVPN Static key V1-----";
    private static final String END = "-----END OpenVPN Static key V1-----";
    private static final int OCTETS_PER_LINE = 16;

    public StaticKey {
        if (octets.length() != OCTETS) {
            throw new IllegalArgumentException("a static key of " + octets.length() + " octets");
        }
    }

    /** Reads a key file; lines before and after the key are comments. */
    public static StaticKey parse(String text) throws WireException {
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new WireException(Fault.MALFORMED, "not an OpenVPN static key: no '" + BEGIN + "'");
        }
        byte[] key = new byte[OCTETS];
        int digits = 0;
        for (int i = begin + BEGIN.length(); i < end; i++) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c)) {
                continue;
            }
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0 || digits == OCTETS * 2) {
                Arrays.fill(key, (byte) 0);
                throw new WireException(Fault.MALFORMED, "an OpenVPN static key is 512 hexadecimal digits");
            }
            key[digits / 2] |= (byte) (digits % 2 == 0 ? digit << 4 : digit);
            digits++;
        }
        if (digits != OCTETS * 2) {
            Arrays.fill(key, (byte) 0);
            throw new WireException(Fault.TRUNCATED, "an OpenVPN static key is 512 hexadecimal digits, not " + digits);
        }
        return new StaticKey(Secret.taking(key));
    }

    /** A key file, for profiles. */
    public String toText() {
        StringBuilder text = new StringBuilder(BEGIN).append('\n');
        byte[] key = octets.expose();
        for (int i = 0; i < OCTETS; i++) {
            text.append(Character.forDigit(key[i] >> 4 & 0xf, 16)).append(Character.forDigit(key[i] & 0xf, 16));
            if (i % OCTETS_PER_LINE == OCTETS_PER_LINE - 1) {
                text.append('\n');
            }
        }
        return text.append(END).append('\n').toString();
    }

    /** A copy of its own. */
    public StaticKey copy() {
        return new StaticKey(octets.slice(0, OCTETS));
    }

    /** Where the cipher key of one of the two keys begins. */
    static int cipherKeyAt(int index) {
        return index * KEY_OCTETS;
    }

    static int hmacKeyAt(int index) {
        return index * KEY_OCTETS + KEY_OCTETS / 2;
    }

    void mixInto(byte[] other) {
        byte[] own = octets.expose();
        for (int i = 0; i < OCTETS; i++) {
            other[i] ^= own[i];
        }
    }

    @Override
    public void close() {
        octets.close();
    }
}
