package io.sallyport.daemon.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Collects findings while a file is read; {@link #all} gives them in the file's order. */
final class Findings {
    /**
     * More of one severity than this help nobody. Warnings take no place of a mistake: that one is there decides about
     * the start.
     */
    static final int LIMIT = 200;

    private final Path file;
    private final List<Finding> found = new ArrayList<>();
    private final Map<Finding.Severity, Integer> counts = new EnumMap<>(Finding.Severity.class);

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
        return counts.containsKey(Finding.Severity.MISTAKE);
    }

    /** In the file's order; at the end, how many more there are. */
    List<Finding> all() {
        List<Finding> all = new ArrayList<>(found);
        all.sort(Comparator.comparing(Finding::position));
        counts.forEach((severity, count) -> {
            if (count > LIMIT) {
                String kind = severity.name().toLowerCase(Locale.ROOT) + "s";
                all.add(new Finding(
                        severity,
                        file,
                        Position.START,
                        "there are " + (count - LIMIT) + " more " + kind + " than these"));
            }
        });
        return all;
    }

    private void add(Finding.Severity severity, Position at, String text) {
        if (counts.merge(severity, 1, Integer::sum) <= LIMIT) {
            found.add(new Finding(severity, file, at, text));
        }
    }
}
