package io.sallyport.interop;

import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** gateway.yaml as a tree, so that a test changes only what it is about. */
record GatewayYaml(Path file, ObjectNode tree) {
    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    static GatewayYaml read(Path file) {
        return new GatewayYaml(file, (ObjectNode) YAML.readTree(file.toFile()));
    }

    /** A value at a path such as {@code /auth/methods}; objects on the way are made where they are absent. */
    GatewayYaml set(String path, Object value) {
        List<String> keys = List.of(path.substring(1).split("/", -1));
        ObjectNode at = tree;
        for (String key : keys.subList(0, keys.size() - 1)) {
            JsonNode next = at.get(key);
            at = next instanceof ObjectNode object ? object : at.putObject(key);
        }
        at.set(keys.getLast(), YAML.valueToTree(value));
        return this;
    }

    GatewayYaml remove(String path) {
        int last = path.lastIndexOf('/');
        if (tree.at(path.substring(0, last)) instanceof ObjectNode parent) {
            parent.remove(path.substring(last + 1));
        }
        return this;
    }

    GatewayYaml add(String path, String value) {
        ((ArrayNode) tree.at(path)).add(value);
        return this;
    }

    void save() {
        YAML.writeValue(file.toFile(), tree);
    }
}
