package io.sallyport.openvpn.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of itself in key method 2: lines of {@code NAME=value}. Lines that are not that are left out, never an error.
 *
 * @param values in the order sent, printable ASCII
 */
public record PeerInfo(Map<String, String> values) {
    /** The most lines that are read. */
    public static final int MAX_LINES = 64;
    /** Bits of {@code IV_PROTO}. */
    public static final int PROTO_DATA_V2 = 1 << 1;

    public static final int PROTO_REQUEST_PUSH = 1 << 2;
    public static final int PROTO_TLS_KEY_EXPORT = 1 << 3;
    public static final int PROTO_AUTH_PENDING_KEYWORDS = 1 << 4;
    public static final int PROTO_NCP_P2P = 1 << 5;
    public static final int PROTO_DNS_OPTION = 1 << 6;
    public static final int PROTO_CC_EXIT_NOTIFY = 1 << 7;
    public static final int PROTO_AUTH_FAIL_TEMP = 1 << 8;
    public static final int PROTO_DYNAMIC_TLS_CRYPT = 1 << 9;
    public static final int PROTO_DATA_EPOCH = 1 << 10;
    public static final int PROTO_DNS_OPTION_V2 = 1 << 11;
    public static final int PROTO_PUSH_UPDATE = 1 << 12;

    public static final PeerInfo NONE = new PeerInfo(Map.of());

    private static final int MAX_LINE_CHARACTERS = 512;
    private static final int NCP_GCM = 2;

    public PeerInfo {
        values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    public static PeerInfo parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        int lines = 0;
        for (String line : text.split("\n", MAX_LINES + 1)) {
            if (++lines > MAX_LINES) {
                break;
            }
            String stripped = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
            int equals = stripped.indexOf('=');
            if (equals > 0
                    && stripped.length() <= MAX_LINE_CHARACTERS
                    && isName(stripped, equals)
                    && Ascii.isPrintable(stripped)) {
                values.putIfAbsent(stripped.substring(0, equals), stripped.substring(equals + 1));
            }
        }
        return new PeerInfo(values);
    }

    /** As sent; each line ends with a newline. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        values.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        return text.toString();
    }

    public @Nullable String value(String name) {
        return values.get(name);
    }

    /** {@code IV_PROTO}: the bits above; 0 when it was not sent. */
    public int protocols() {
        return number("IV_PROTO");
    }

    public boolean speaks(int protocolBit) {
        return (protocols() & protocolBit) != 0;
    }

    /** Whether the client understands DATA_V2, which before {@code IV_PROTO} had bits was said by {@code IV_PROTO=2}. */
    public boolean speaksDataV2() {
        return speaks(PROTO_DATA_V2);
    }

    /** {@code IV_CIPHERS}, or what {@code IV_NCP=2} stands for; names as sent. */
    public List<String> ciphers() {
        String sent = values.get("IV_CIPHERS");
        if (sent != null) {
            return List.of(sent.split(":"));
        }
        return number("IV_NCP") >= NCP_GCM ? List.of("AES-256-GCM", "AES-128-GCM") : List.of();
    }

    /** {@code IV_VER}, as {@code 2.6.14}; empty when it was not sent. */
    public String version() {
        return values.getOrDefault("IV_VER", "");
    }

    /** {@code IV_PLAT}: linux, win, mac, android, ios; empty when it was not sent. */
    public String platform() {
        return values.getOrDefault("IV_PLAT", "");
    }

    /** What {@code IV_GUI_VER} says, for logs; empty when it was not sent. */
    public String userInterface() {
        return values.getOrDefault("IV_GUI_VER", "");
    }

    /** Challenge methods of {@code IV_SSO}, as {@code webauth}, {@code crtext}. */
    public List<String> singleSignOn() {
        String sent = values.get("IV_SSO");
        return sent == null ? List.of() : List.copyOf(new ArrayList<>(List.of(sent.split(","))));
    }

    private int number(String name) {
        String value = values.get(name);
        if (value == null || value.isEmpty() || value.length() > 9) {
            return 0;
        }
        int number = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < '0' || c > '9') {
                return 0;
            }
            number = number * 10 + (c - '0');
        }
        return number;
    }

    private static boolean isName(String line, int end) {
        for (int i = 0; i < end; i++) {
            char c = line.charAt(i);
            if (c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')) {
                return false;
            }
        }
        return true;
    }
}
