package io.sallyport.daemon.admin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One JSON value a line, both ways; a line is read whole and within a limit. */
final class Lines {
    /** {@code {"operation": "..."}} and a name. */
    static final int MAX_REQUEST = 4 << 10;

    /** 10,000 sessions of half a KiB each, and room. */
    static final int MAX_ANSWER = 32 << 20;

    private static final JsonMapper MAPPER = new JsonMapper();

    private Lines() {}

    /** @throws IOException also when there is no line, no JSON, or too much of it */
    static JsonNode read(SocketChannel channel, int limit) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(8 << 10);
        while (channel.read(buffer.clear()) >= 0) {
            byte[] octets = buffer.array();
            for (int i = 0; i < buffer.position(); i++) {
                if (octets[i] == '\n') {
                    line.write(octets, 0, i);
                    return parse(line);
                }
            }
            line.write(octets, 0, buffer.position());
            if (line.size() > limit) {
                throw new IOException("a line of more than " + limit + " octets");
            }
        }
        throw new IOException("the line has no end");
    }

    private static JsonNode parse(ByteArrayOutputStream line) throws IOException {
        try {
            return MAPPER.readTree(line.toString(StandardCharsets.UTF_8));
        } catch (JacksonException e) {
            throw new IOException("the line is not JSON", e);
        }
    }

    /** JSON escapes line ends, so a value is one line. */
    static void write(SocketChannel channel, Object value) throws IOException {
        ByteBuffer line = ByteBuffer.wrap((MAPPER.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            channel.write(line);
        }
    }
}
