package io.sallyport.daemon.log;

import io.sallyport.core.auth.Printable;

/** Text from outside, made safe for a line of a log or a terminal. */
public final class LogText {
    static final int MAX_LENGTH = 256;

    private LogText() {}

    /** Control characters, line and paragraph separators, direction marks, half surrogates and backslashes are escaped; the end is cut. */
    public static String clean(String text) {
        StringBuilder clean = new StringBuilder();
        for (int i = 0; i < text.length(); ) {
            if (clean.length() >= MAX_LENGTH) {
                return clean.append("...").toString();
            }
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c == '\\' || c == '"' || !Printable.isPlain(c)) {
                clean.append(c == '\\' || c == '"' ? "\\" + (char) c : "\\u{" + Integer.toHexString(c) + "}");
            } else {
                clean.appendCodePoint(c);
            }
        }
        return clean.toString();
    }
}
