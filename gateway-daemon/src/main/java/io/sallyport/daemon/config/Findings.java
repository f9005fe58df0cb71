package io.sallyport.daemon.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects findings while a file is read; {@link #all} gives them in the file's order. */
final class Findings {
    /** More mistakes than this help nobody. */
    static final int LIMIT = 200;

    private final Path file;
    private final List<Finding> found = new ArrayList<>();

    Findings(Path file) {
        this.file = file;
    }

    void mistake(Position at, String text) {
        add(Finding.Severity.MISTAKE, at, text);
    }

    void warning(Position at, String text) {
        add(Finding.Severity.WARNING, at, text);
    }

    boolean hasMistakes() {
        return found.stream().anyMatch(finding -> finding.severity() == Finding.Severity.MISTAKE);
    }

    List<Finding> all() {
        return found.stream().sorted(Comparator.comparing(Finding::position)).toList();
    }

    private void add(Finding.Severity severity, Position at, String text) {
        if (found.size() < LIMIT) {
            found.add(new Finding(severity, file, at, text));
        }
    }
}
