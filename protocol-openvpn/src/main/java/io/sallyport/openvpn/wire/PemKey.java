package io.sallyport.openvpn.wire;

import io.sallyport.openvpn.wire.WireException.Fault;
import java.util.Arrays;
import java.util.Base64;

/** The key files of tls-crypt-v2: octets as PEM, under a name of OpenVPN's own. */
final class PemKey {
    private static final int CHARACTERS_PER_LINE = 64;
    private static final int MAX_CHARACTERS = 8192;

    private PemKey() {}

    /** The octets between the lines with this name; text before and after them is a comment. The caller wipes them. */
    static byte[] parse(String text, String name) throws WireException {
        String begin = "-----BEGIN " + name + "-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END " + name + "-----");
        if (from < 0 || to < from) {
            throw new WireException(Fault.MALFORMED, "not an " + name + ": no '" + begin + "'");
        }
        if (to - from > MAX_CHARACTERS) {
            throw new WireException(Fault.TOO_LARGE, "an " + name + " of " + (to - from) + " characters");
        }
        try {
            return Base64.getDecoder()
                    .decode(text.substring(from + begin.length(), to).replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new WireException(Fault.MALFORMED, "an " + name + " that is not Base64 throughout");
        }
    }

    /** The whole file. */
    static String text(String name, byte[] octets) {
        StringBuilder text = new StringBuilder("-----BEGIN " + name + "-----\n");
        String base64 = Base64.getEncoder().encodeToString(octets);
        for (int at = 0; at < base64.length(); at += CHARACTERS_PER_LINE) {
            text.append(base64, at, Math.min(base64.length(), at + CHARACTERS_PER_LINE))
                    .append('\n');
        }
        return text.append("-----END ").append(name).append("-----\n").toString();
    }

    /** Throws unless the length is right; the octets are wiped then. */
    static void need(boolean lengthIsRight, byte[] octets, String name) throws WireException {
        if (!lengthIsRight) {
            int length = octets.length;
            Arrays.fill(octets, (byte) 0);
            throw new WireException(Fault.TRUNCATED, "an " + name + " of " + length + " octets");
        }
    }
}
