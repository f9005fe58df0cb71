package io.sallyport.daemon.admin;

import io.sallyport.daemon.files.FileIdentity;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Listens on {@code admin.sock} in the state directory, mode 0600. Each connection carries one request line, as {@code {"operation":"sessions"}}, and one answer
 * line: {@code {"ok":true,...}} or {@code {"ok":false,"error":"..."}}. At most {@link #MAX_CONNECTIONS} at a time.
 * Request and answer each have a deadline; what is asked for takes the time that it takes.
 */
public final class AdminServer implements AutoCloseable {
    public static final String SOCKET = "admin.sock";

    /** More wait in the system's backlog. */
    static final int MAX_CONNECTIONS = 16;

    static final Duration DEADLINE = Duration.ofSeconds(10);

    private static final long RETRY_MILLIS = 500;

    private static final Logger log = LoggerFactory.getLogger(AdminServer.class);

    private final StateDirectory state;
    private final Path socket;
    private final AdminOperations operations;
    private final Duration deadline;
    private final Semaphore places = new Semaphore(MAX_CONNECTIONS);
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("admin-deadlines").factory());

    /** Since it was last complained of. */
    private volatile boolean failing;

    private @Nullable Bound bound;
    private boolean unbindable;

    /** A socket, and which file it made. */
    private record Bound(ServerSocketChannel channel, FileIdentity file) {}

    private AdminServer(StateDirectory state, AdminOperations operations, Duration deadline) {
        this.state = state;
        this.socket = state.path().resolve(SOCKET);
        this.operations = operations;
        this.deadline = deadline;
    }

    /** Whoever holds the directory owns its socket: one that a crash left is replaced. */
    public static AdminServer start(StateDirectory state, AdminOperations operations) throws AdminException {
        return start(state, operations, DEADLINE);
    }

    static AdminServer start(StateDirectory state, AdminOperations operations, Duration deadline)
            throws AdminException {
        AdminServer server = new AdminServer(state, operations, deadline);
        try {
            server.bind();
            return server;
        } catch (IOException e) {
            throw new AdminException(
                    "The admin socket " + server.socket
                            + " cannot be opened; check that the directory may be written and that its path is shorter than 100 characters.");
        }
    }

    private synchronized void bind() throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            // Between bind and chmod the directory's mode 0700 guards it.
            channel.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            bound = new Bound(channel, FileIdentity.of(socket));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        Thread.ofVirtual().name("admin").start(() -> accept(channel));
    }

    /**
     * For now and then: a socket that was removed, with or without its directory, is made again. Never fails: what goes
     * wrong is logged.
     *
     * @return whether it was made again: meanwhile nobody could tell the gateway anything
     */
    public synchronized boolean tend() {
        Bound before = bound;
        if (before == null || before.file().isThere() || !state.isHeld()) {
            return false;
        }
        try {
            bind();
            before.channel().close();
            unbindable = false;
            log.warn("the admin socket {} had been removed; it is there again", socket);
            return true;
        } catch (IOException e) {
            if (!unbindable) {
                unbindable = true;
                log.error(
                        "the admin socket {} was removed and cannot be made; it is tried again: {}",
                        socket,
                        e.getMessage());
            }
            return false;
        }
    }

    private void accept(ServerSocketChannel server) {
        try {
            while (server.isOpen()) {
                places.acquire();
                if (!acceptOne(server)) {
                    places.release();
                    Thread.sleep(RETRY_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** False when there is none to be had: no file descriptor is left, or the gateway stops. */
    private boolean acceptOne(ServerSocketChannel server) {
        try {
            SocketChannel channel = server.accept();
            ScheduledFuture<?> end = closeLater(channel);
            Thread.ofVirtual().start(() -> serve(channel, end));
            failing = false;
            return true;
        } catch (IOException e) {
            if (server.isOpen() && !failing) {
                failing = true;
                log.error("the admin socket takes nobody; it is tried again: {}", e.getMessage());
            }
            return false;
        }
    }

    private ScheduledFuture<?> closeLater(SocketChannel channel) {
        return deadlines.schedule(() -> close(channel), deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void serve(SocketChannel channel, ScheduledFuture<?> end) {
        try (channel) {
            JsonNode request = readBefore(end, channel);
            writeInTime(channel, answer(request));
        } catch (IOException | RejectedExecutionException e) {
            // the latter when the gateway stops meanwhile
            log.debug("a connection to the admin socket failed", e);
        } finally {
            places.release();
        }
    }

    private static JsonNode readBefore(ScheduledFuture<?> end, SocketChannel channel) throws IOException {
        try {
            return Lines.read(channel, Lines.MAX_REQUEST);
        } finally {
            end.cancel(false);
        }
    }

    private void writeInTime(SocketChannel channel, Map<String, Object> answer) throws IOException {
        ScheduledFuture<?> end = closeLater(channel);
        try {
            Lines.write(channel, answer);
        } finally {
            end.cancel(false);
        }
    }

    private Map<String, Object> answer(JsonNode request) {
        try {
            return switch (request.path("operation").asString("")) {
                case "status" -> ok("status", AdminJson.of(operations.status()));
                case "sessions" ->
                    ok(
                            "sessions",
                            operations.sessions().stream().map(AdminJson::of).toList());
                case "session" -> session(request.path("id").asString(""));
                case "reload" -> ok("reload", AdminJson.of(operations.reload()));
                case "refresh" -> ok("reload", AdminJson.of(operations.refresh()));
                case "metrics" -> ok("metrics", operations.metrics());
                case "threads" -> ok("threads", operations.threads());
                case "disconnect" -> ok("disconnected", disconnect(request));
                default -> error("unknown operation");
            };
        } catch (RuntimeException e) {
            log.error("an operation of the admin socket failed", e);
            return error("the operation failed; see the gateway's log");
        }
    }

    private Map<String, Object> session(String id) {
        AdminOperations.SessionInfo session = operations.session(id);
        return session == null ? ok("sessions", List.of()) : ok("sessions", List.of(AdminJson.of(session)));
    }

    private int disconnect(JsonNode request) {
        return request.has("user")
                ? operations.disconnectUser(request.path("user").asString(""))
                : operations.disconnect(request.path("id").asString(""));
    }

    private static Map<String, Object> ok(String key, Object value) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("ok", true);
        answer.put(key, value);
        return answer;
    }

    private static Map<String, Object> error(String text) {
        return Map.of("ok", false, "error", text);
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("closing a connection to the admin socket failed", e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        deadlines.shutdownNow();
        Bound last = bound;
        bound = null;
        if (last != null) {
            last.channel().close();
            if (last.file().isThere()) {
                Files.deleteIfExists(socket);
            }
        }
    }
}
