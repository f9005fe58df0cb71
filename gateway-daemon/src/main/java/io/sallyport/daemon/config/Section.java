package io.sallyport.daemon.config;

import io.sallyport.daemon.config.YamlNode.Entry;
import io.sallyport.daemon.config.YamlNode.Mapping;
import io.sallyport.daemon.config.YamlNode.Scalar;
import io.sallyport.daemon.config.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A mapping while it is being bound: asking for a key makes it known, a wrong value becomes a finding, and {@link #end} reports the
 * keys that nobody asked for. The path of every value goes to {@code places}, for findings that come later.
 */
final class Section {
    /** Turns a scalar's text into a value. */
    interface Parser<T> {
        T parse(String text) throws BadValue;
    }

    private final String path;
    private final Mapping mapping;
    private final Findings findings;
    private final Map<String, Position> places;
    private final TreeSet<String> known = new TreeSet<>();

    Section(String path, Mapping mapping, Findings findings, Map<String, Position> places) {
        this.path = path;
        this.mapping = mapping;
        this.findings = findings;
        this.places = places;
    }

    Position position() {
        return mapping.position();
    }

    Position positionOf(String key) {
        Entry entry = mapping.entries().get(key);
        return entry == null ? position() : entry.value().position();
    }

    /** Whether the key is there with more than nothing after it. */
    boolean has(String key) {
        known.add(key);
        return entry(key) != null;
    }

    /** The mapping under a key; an empty one when it is not there. */
    Section section(String key) {
        Entry entry = entry(key);
        if (entry == null) {
            return new Section(sub(key), new Mapping(positionOf(key), Map.of()), findings, places);
        }
        return mappingOf(sub(key), entry.value());
    }

    Section requiredSection(String key) {
        requirePresent(key, "");
        return section(key);
    }

    private Section mappingOf(String where, YamlNode node) {
        if (node instanceof Mapping found) {
            return new Section(where, found, findings, places);
        }
        findings.mistake(node.position(), where + " holds keys of its own; write it as { key: value }");
        return new Section(where, new Mapping(node.position(), Map.of()), findings, places);
    }

    /** A list of mappings, as {@code servers: [{ address: ... }]}. */
    List<Section> sections(String key) {
        List<Section> sections = new ArrayList<>();
        for (YamlNode item : items(key, "{ key: value }")) {
            sections.add(mappingOf(sub(key) + "[" + sections.size() + "]", item));
        }
        return sections;
    }

    <T> @Nullable T optional(String key, Parser<T> parser) {
        Entry entry = entry(key);
        return entry == null ? null : scalar(sub(key), entry.value(), parser);
    }

    <T> T value(String key, Parser<T> parser, T fallback) {
        T value = optional(key, parser);
        return value == null ? fallback : value;
    }

    /** The stand-in is never seen outside: with a finding there is no configuration. */
    <T> T required(String key, String example, Parser<T> parser, T standIn) {
        requirePresent(key, example);
        return value(key, parser, standIn);
    }

    <T> List<T> list(String key, String example, Parser<T> parser) {
        List<T> values = new ArrayList<>();
        int index = 0;
        for (YamlNode item : items(key, example)) {
            T value = scalar(sub(key) + "[" + index++ + "]", item, parser);
            if (value != null) {
                // by its place among the good ones, as whoever checks the list will count
                places.put(sub(key) + "[" + values.size() + "]", item.position());
                values.add(value);
            }
        }
        return List.copyOf(values);
    }

    /** Whether a list is there and holds anything, right or wrong. */
    boolean hasItems(String key) {
        Entry entry = entry(key);
        return entry != null
                && !(entry.value() instanceof Sequence sequence
                        && sequence.items().isEmpty());
    }

    /** Reports the keys that are none of ours. */
    void end() {
        mapping.entries().forEach((key, entry) -> {
            if (!known.contains(key)) {
                findings.mistake(entry.keyPosition(), unknown(key));
            }
        });
    }

    private String unknown(String key) {
        String nearest = NearestKey.of(key, known);
        String where = path.isEmpty() ? "at the top" : "in '" + path + "'";
        String remedy = nearest == null ? "known here: " + String.join(", ", known) : "did you mean '" + nearest + "'?";
        return "unknown key '" + key + "' " + where + "; " + remedy;
    }

    private List<YamlNode> items(String key, String example) {
        Entry entry = entry(key);
        if (entry == null) {
            return List.of();
        }
        if (entry.value() instanceof Sequence sequence) {
            return sequence.items();
        }
        String written = entry.value() instanceof Scalar scalar ? scalar.text() : example;
        findings.mistake(entry.value().position(), sub(key) + " is a list; write [" + quoted(written) + "]");
        return List.of();
    }

    private <T> @Nullable T scalar(String where, YamlNode node, Parser<T> parser) {
        if (!(node instanceof Scalar scalar) || scalar.isNull()) {
            findings.mistake(node.position(), where + " takes one plain value");
            return null;
        }
        try {
            return parser.parse(scalar.text());
        } catch (BadValue e) {
            findings.mistake(node.position(), where + ": " + e.getMessage());
            return null;
        }
    }

    private void requirePresent(String key, String example) {
        if (!has(key)) {
            String remedy = example.isEmpty() ? "" : "; for example '" + key + ": " + example + "'";
            String where = path.isEmpty() ? "'" + key + "'" : "'" + key + "' in '" + path + "'";
            findings.mistake(position(), where + " is missing" + remedy);
        }
    }

    /** Null when the key is not there, or with nothing after it. */
    private @Nullable Entry entry(String key) {
        known.add(key);
        Entry entry = mapping.entries().get(key);
        if (entry == null || (entry.value() instanceof Scalar scalar && scalar.isNull())) {
            return null;
        }
        places.put(sub(key), entry.value().position());
        return entry;
    }

    private String sub(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String quoted(String text) {
        return text.indexOf(':') >= 0 ? "\"" + text + "\"" : text;
    }
}
