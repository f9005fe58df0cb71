package io.sallyport.daemon.pki;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/** OpenVPN's static key file: 256 octets as hexadecimal lines, for tls-crypt and tls-auth. */
public final class TlsCryptKey {
    public static final int LENGTH = 256;

    private static final String BEGIN = "-----BEGIN OpenVPN Static key V1-----";
    private static final String END = "-----END OpenVPN Static key V1-----";
    private static final int OCTETS_PER_LINE = 16;

    private TlsCryptKey() {}

    /** A new key as the text of its file. */
    public static String generate(SecureRandom random) {
        byte[] key = new byte[LENGTH];
        random.nextBytes(key);
        StringBuilder text = new StringBuilder("#\n# 2048 bit OpenVPN static key\n#\n")
                .append(BEGIN)
                .append('\n');
        for (int from = 0; from < LENGTH; from += OCTETS_PER_LINE) {
            text.append(HexFormat.of().formatHex(key, from, from + OCTETS_PER_LINE))
                    .append('\n');
        }
        Arrays.fill(key, (byte) 0);
        return text.append(END).append('\n').toString();
    }

    /** The 256 octets; the caller wipes them. */
    public static byte[] read(Path file) throws PemException {
        StringBuilder digits = new StringBuilder(2 * LENGTH);
        boolean inside = false;
        boolean ended = false;
        try (BufferedReader reader = new BufferedReader(Pem.open(file))) {
            for (String line = reader.readLine(); line != null && !ended; line = reader.readLine()) {
                ended = inside && line.strip().equals(END);
                if (inside && !ended) {
                    digits.append(line.strip());
                }
                inside |= line.strip().equals(BEGIN);
            }
        } catch (IOException e) {
            throw new PemException("cannot be read (" + e.getMessage() + ")");
        }
        if (!ended || digits.length() != 2 * LENGTH) {
            throw new PemException("is not an OpenVPN static key; make one with: openvpn --genkey tls-crypt FILE");
        }
        try {
            return HexFormat.of().parseHex(digits);
        } catch (IllegalArgumentException e) {
            throw new PemException("is not hexadecimal throughout; make a new one: openvpn --genkey tls-crypt FILE");
        }
    }
}
