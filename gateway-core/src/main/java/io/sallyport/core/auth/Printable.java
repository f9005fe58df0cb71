package io.sallyport.core.auth;

/** What peers call themselves, fit for a log line: no control characters, and not without end. */
public final class Printable {
    private static final int MOST = 128;

    private Printable() {}

    static String of(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints().limit(MOST).map(each -> isPlain(each) ? each : '?').forEach(printable::appendCodePoint);
        return printable
                .append(text.codePointCount(0, text.length()) > MOST ? "..." : "")
                .toString();
    }

    /** Neither a control, a line or paragraph separator, an invisible format character nor half a character. */
    public static boolean isPlain(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
