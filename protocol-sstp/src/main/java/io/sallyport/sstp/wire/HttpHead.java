package io.sallyport.sstp.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The head of the one HTTP request that a connection has, read octet by octet and judged line by line (RFC 9112); nothing of it is kept. More than what SSTP's clients send is not
 * understood here, so whatever two parsers could read in two ways is malformed.
 */
public final class HttpHead {
    public static final String METHOD = "SSTP_DUPLEX_POST";
    public static final String URI = "/sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/";
    /** ULONGLONG_MAX, both ways. */
    public static final String CONTENT_LENGTH = "18446744073709551615";

    public static final int MAX_OCTETS = 8192;
    public static final int MAX_LINE = 4096;
    public static final int MAX_HEADERS = 64;

    /** What a head turned out to be. */
    public enum Verdict {
        SSTP,
        /** A request for something else. */
        OTHER,
        MALFORMED
    }

    private final byte[] line = new byte[MAX_LINE];
    private int length;
    private int octets;
    private int headers = -1;
    private boolean afterReturn;
    private boolean hasContentLength;
    private boolean hasEndlessContent;
    private boolean hasTransferEncoding;
    private Verdict request = Verdict.MALFORMED;

    /** Reads up to the end of the head and not beyond it; null when it is not all there yet. Not to be called again after an answer. */
    public @Nullable Verdict read(ByteBuf from) {
        while (from.isReadable()) {
            if (++octets > MAX_OCTETS) {
                return Verdict.MALFORMED;
            }
            byte octet = from.readByte();
            if (afterReturn) {
                afterReturn = false;
                Verdict verdict = octet == '\n' ? endOfLine() : Verdict.MALFORMED;
                if (verdict != null) {
                    return verdict;
                }
            } else if (octet == '\r') {
                afterReturn = true;
            } else if (!isText(octet) || length == MAX_LINE) {
                return Verdict.MALFORMED;
            } else {
                line[length++] = octet;
            }
        }
        return null;
    }

    /** RFC 9110 §5.5: "Field values containing CR, LF, or NUL characters are invalid and dangerous"; nor do clients send other controls. */
    private static boolean isText(byte octet) {
        return octet == '\t' || (octet >= ' ' && octet != 0x7f) || octet < 0;
    }

    private @Nullable Verdict endOfLine() {
        String text = new String(line, 0, length, StandardCharsets.ISO_8859_1);
        length = 0;
        if (headers < 0) {
            headers = 0;
            request = requestLine(text);
            return request == Verdict.MALFORMED ? request : null;
        }
        if (text.isEmpty()) {
            return judge();
        }
        return ++headers > MAX_HEADERS || !header(text) ? Verdict.MALFORMED : null;
    }

    private static Verdict requestLine(String text) {
        String[] parts = text.split(" ", -1);
        if (parts.length != 3 || parts[0].isEmpty() || parts[1].isEmpty() || !parts[2].matches("HTTP/[0-9]\\.[0-9]")) {
            return Verdict.MALFORMED;
        }
        // Methods are case-sensitive. Windows' own server compares URIs without regard to case.
        boolean sstp = parts[0].equals(METHOD) && parts[1].equalsIgnoreCase(URI) && parts[2].equals("HTTP/1.1");
        return sstp ? Verdict.SSTP : Verdict.OTHER;
    }

    /** False when it is none: no name, white space before the colon, a continued line (obs-fold), a second length. */
    private boolean header(String text) {
        int colon = text.indexOf(':');
        if (colon < 1) {
            return false;
        }
        for (int i = 0; i < colon; i++) {
            if (!isToken(text.charAt(i))) {
                return false;
            }
        }
        String value = text.substring(colon + 1).strip();
        switch (text.substring(0, colon).toLowerCase(Locale.ROOT)) {
            case "content-length" -> {
                if (hasContentLength || !value.matches("[0-9]{1,20}")) {
                    return false;
                }
                hasContentLength = true;
                hasEndlessContent = value.equals(CONTENT_LENGTH);
            }
            case "transfer-encoding" -> hasTransferEncoding = true;
            default -> {}
        }
        return true;
    }

    /** RFC 9110 §5.6.2. */
    private static boolean isToken(char c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private Verdict judge() {
        // RFC 9112 §6.1: a message with both "ought to be handled as an error".
        if (hasTransferEncoding && hasContentLength) {
            return Verdict.MALFORMED;
        }
        if (request == Verdict.SSTP && (hasTransferEncoding || (hasContentLength && !hasEndlessContent))) {
            return Verdict.MALFORMED;
        }
        return request;
    }
}
