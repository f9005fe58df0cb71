package io.sallyport.core.address;

import java.net.InetAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * One line of the journal: eight hexadecimal digits of CRC-32 over what follows the space after them, then {@code + rank address user} for an address that was
 * leased or {@code - address} for one that was released. The user is percent-encoded.
 */
sealed interface JournalLine {
    InetAddress address();

    record Held(InetAddress address, int rank, String user) implements JournalLine {}

    record Freed(InetAddress address) implements JournalLine {}

    int HIGHEST_RANK = 1 << 24;

    /** With the line's end. */
    default String encode() {
        String body = switch (this) {
            case Held held ->
                "+ " + held.rank + " " + held.address.getHostAddress() + " "
                        + URLEncoder.encode(held.user, StandardCharsets.UTF_8);
            case Freed freed -> "- " + freed.address.getHostAddress();
        };
        return checksum(body) + " " + body + "\n";
    }

    /** Null when the line is damaged. */
    static @Nullable JournalLine decode(String line) {
        int space = line.indexOf(' ');
        if (space < 0 || !line.substring(0, space).equals(checksum(line.substring(space + 1)))) {
            return null;
        }
        String[] words = line.substring(space + 1).split(" ", -1);
        try {
            return switch (words[0] + words.length) {
                case "+4" -> held(words);
                case "-2" -> new Freed(InetAddress.ofLiteral(words[1]));
                default -> null;
            };
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable JournalLine held(String[] words) {
        int rank = Integer.parseInt(words[1]);
        String user = URLDecoder.decode(words[3], StandardCharsets.UTF_8);
        return rank < 0 || rank > HIGHEST_RANK ? null : new Held(InetAddress.ofLiteral(words[2]), rank, user);
    }

    private static String checksum(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
