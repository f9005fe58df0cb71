package io.sallyport.daemon.config;

import io.sallyport.daemon.config.YamlNode.Entry;
import io.sallyport.daemon.config.YamlNode.Mapping;
import io.sallyport.daemon.config.YamlNode.Scalar;
import io.sallyport.daemon.config.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads one YAML document into {@link YamlNode}s with positions. Twice the same key, anchors and aliases, and a second document are mistakes; a
 * syntax error ends the reading.
 */
final class YamlTree {
    /** Deeper than any key of ours. */
    private static final int MAX_DEPTH = 16;

    private static final YAMLMapper MAPPER = new YAMLMapper();

    private final Findings findings;
    private final YAMLParser parser;

    private YamlTree(Findings findings, YAMLParser parser) {
        this.findings = findings;
        this.parser = parser;
    }

    /** The top of the document; null, with findings, when it cannot be read. */
    static @Nullable Mapping read(String text, Findings findings) {
        try (YAMLParser parser = (YAMLParser) MAPPER.createParser(text)) {
            return new YamlTree(findings, parser).document();
        } catch (JacksonException e) {
            findings.mistake(position(e), "this is not valid YAML: " + problem(e));
            return null;
        }
    }

    private @Nullable Mapping document() {
        JsonToken token = parser.nextToken();
        if (token != JsonToken.START_OBJECT) {
            findings.mistake(Position.START, "the file holds no keys; begin with 'gateway:' (see 'sallyport init')");
            return null;
        }
        Mapping top = mapping(0);
        if (parser.nextToken() != null) {
            findings.mistake(here(), "a second YAML document begins here; keep one in the file");
        }
        return top;
    }

    private YamlNode value(JsonToken token, int depth) {
        Position at = here();
        if (depth > MAX_DEPTH) {
            findings.mistake(at, "nested too deeply");
            parser.skipChildren();
            return new Scalar(at, "", true);
        }
        if (parser.isCurrentAlias()) {
            findings.mistake(at, "aliases are not supported; write the value out");
            return new Scalar(at, "", true);
        }
        return switch (token) {
            case START_OBJECT -> mapping(depth);
            case START_ARRAY -> sequence(depth);
            case VALUE_NULL -> new Scalar(at, "", true);
            default -> new Scalar(at, parser.getString(), false);
        };
    }

    private Mapping mapping(int depth) {
        Position at = here();
        Map<String, Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            Position keyAt = here();
            String key = parser.currentName();
            Entry entry = new Entry(keyAt, value(parser.nextToken(), depth + 1));
            Entry first = entries.putIfAbsent(key, entry);
            if (first != null) {
                findings.mistake(
                        keyAt,
                        "'" + key + "' is here twice, first in line "
                                + first.keyPosition().line() + "; keep one");
            }
        }
        return new Mapping(at, entries);
    }

    private Sequence sequence(int depth) {
        Position at = here();
        List<YamlNode> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(value(token, depth + 1));
        }
        return new Sequence(at, items);
    }

    private Position here() {
        return position(parser.currentTokenLocation());
    }

    private static Position position(JacksonException e) {
        return e.getLocation() == null ? Position.START : position(e.getLocation());
    }

    private static Position position(TokenStreamLocation location) {
        return new Position(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
    }

    private static String problem(JacksonException e) {
        if (e.getCause() instanceof MarkedYamlEngineException marked) {
            return marked.getProblem();
        }
        String message = e.getOriginalMessage();
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
