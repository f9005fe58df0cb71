package io.sallyport.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A graphical user interface's end of openvpn's management socket: reads what it asks and types the answers. */
final class Management implements AutoCloseable {
    private final SocketChannel channel;
    private final StringBuilder read = new StringBuilder();

    private Management(SocketChannel channel) {
        this.channel = channel;
    }

    static List<String> options(Path socket) {
        return List.of("--management", socket.toString(), "unix", "--management-query-passwords");
    }

    static Management connect(Path socket) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(socket));
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            return new Management(channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for what it says next that fits, and forgets everything up to there. */
    Matcher await(String regex, Duration limit) {
        Pattern pattern = Pattern.compile(regex);
        Awaitility.await("management: " + regex)
                .atMost(limit)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    readAll();
                    return pattern.matcher(read).find();
                });
        Matcher found = pattern.matcher(read.toString());
        if (!found.find()) {
            throw new AssertionError(regex);
        }
        read.delete(0, found.end());
        return found;
    }

    void type(String... lines) {
        try {
            for (String line : lines) {
                channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void login(String user, String password) {
        type("username \"Auth\" \"" + user + "\"", "password \"Auth\" \"" + password + "\"");
    }

    private void readAll() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (channel.read(buffer) > 0) {
            read.append(StandardCharsets.UTF_8.decode(buffer.flip()));
            buffer.clear();
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
