package io.sallyport.interop;

/** How much is run, from {@code SALLYPORT_INTEROP}: unset, {@code required} or {@code full}. */
enum InteropMode {
    /** A representative set where root and the clients are there; else skipped with a line that says what is missing. */
    WHERE_POSSIBLE,
    /** A representative set; what is missing is a failure. */
    REQUIRED,
    /** Every combination; what is missing is a failure. */
    FULL;

    static InteropMode current() {
        String value = System.getenv("SALLYPORT_INTEROP");
        return switch (value == null ? "" : value) {
            case "" -> WHERE_POSSIBLE;
            case "required" -> REQUIRED;
            case "full" -> FULL;
            default -> throw new IllegalStateException("SALLYPORT_INTEROP is '" + value + "': required, full or unset");
        };
    }

    /** {@code full} in {@link #FULL}, else {@code representative}. */
    static <T> T pick(T representative, T full) {
        return current() == FULL ? full : representative;
    }
}
