package io.sallyport.sstp.client;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The head of the server's answer: MS-SSTP §4.1. */
final class ResponseHead {
    private static final int MAX_OCTETS = 8192;

    /** What it turned out to be. */
    enum Verdict {
        INCOMPLETE,
        ACCEPTED,
        REFUSED
    }

    private final StringBuilder text = new StringBuilder();

    /** Reads up to the end of the head and not beyond it. */
    Verdict read(ByteBuf from) {
        while (from.isReadable()) {
            text.append((char) from.readUnsignedByte());
            int length = text.length();
            if (length >= 4
                    && text.charAt(length - 1) == '\n'
                    && text.substring(length - 4).equals("\r\n\r\n")) {
                return judge();
            }
            if (length > MAX_OCTETS) {
                return Verdict.REFUSED;
            }
        }
        return Verdict.INCOMPLETE;
    }

    private Verdict judge() {
        boolean ok = text.toString().startsWith("HTTP/1.1 200");
        boolean endless = text.toString()
                .toLowerCase(Locale.ROOT)
                .lines()
                .anyMatch(line -> line.replace(" ", "").equals("content-length:18446744073709551615"));
        return ok && endless ? Verdict.ACCEPTED : Verdict.REFUSED;
    }

    /** The first line, for people. */
    String status() {
        byte[] octets = text.toString().getBytes(StandardCharsets.US_ASCII);
        String line = new String(octets, StandardCharsets.US_ASCII)
                .lines()
                .findFirst()
                .orElse("");
        return line.substring(0, Math.min(line.length(), 80));
    }
}
