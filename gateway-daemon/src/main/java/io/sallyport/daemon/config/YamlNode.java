package io.sallyport.daemon.config;

import java.util.List;
import java.util.Map;

/** A YAML value and where it stands. */
sealed interface YamlNode {
    Position position();

    /** Keys in the file's order. */
    record Mapping(Position position, Map<String, Entry> entries) implements YamlNode {}

    record Sequence(Position position, List<YamlNode> items) implements YamlNode {}

    /** The text as written, without quotes; {@code isNull} for nothing, {@code ~} and {@code null}. */
    record Scalar(Position position, String text, boolean isNull) implements YamlNode {}

    /** A key's own place and its value. */
    record Entry(Position keyPosition, YamlNode value) {}
}
