package io.sallyport.daemon.config;

import java.nio.file.Path;

/** One thing wrong or doubtful in the configuration file: what it is, and what would be right. */
public record Finding(Severity severity, Path file, Position position, String text) {
    public enum Severity {
        /** The gateway does not start. */
        MISTAKE,
        /** It starts, but perhaps not as meant. */
        WARNING
    }

    /** {@code gateway.yaml:12:5: what is wrong; what would be right}, with {@code warning: } before the text of a warning. */
    @Override
    public String toString() {
        String prefix = severity == Severity.WARNING ? "warning: " : "";
        return file + ":" + position.line() + ":" + position.column() + ": " + prefix + text;
    }
}
