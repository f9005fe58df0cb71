package io.sallyport.openvpn.wire;

/** What may stand in texts that a peer sends. */
final class Ascii {
    private Ascii() {}

    static boolean isPrintable(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < 0x20 || text.charAt(i) > 0x7e) {
                return false;
            }
        }
        return true;
    }

    /** The text with everything unprintable left out, so that a peer reads it as one message. */
    static String printable(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.chars().filter(c -> c >= 0x20 && c <= 0x7e).forEach(c -> clean.append((char) c));
        return clean.toString();
    }
}
