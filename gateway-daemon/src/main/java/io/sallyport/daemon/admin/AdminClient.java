package io.sallyport.daemon.admin;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.JsonNode;

/** Asks the daemon that runs with a state directory. */
public final class AdminClient {
    private static final Duration DEADLINE = Duration.ofSeconds(15);

    private final Path socket;

    public AdminClient(Path state) {
        this.socket = state.resolve(AdminServer.SOCKET);
    }

    public JsonNode status() throws AdminException {
        return ask(Map.of("operation", "status")).path("status");
    }

    public JsonNode sessions() throws AdminException {
        return ask(Map.of("operation", "sessions")).path("sessions");
    }

    /** In Prometheus' text format. */
    public String metrics() throws AdminException {
        return ask(Map.of("operation", "metrics")).path("metrics").asString("");
    }

    /** One text for each of the daemon's threads. */
    public JsonNode threads() throws AdminException {
        return ask(Map.of("operation", "threads")).path("threads");
    }

    /** A list of one, or empty. */
    public JsonNode session(String id) throws AdminException {
        return ask(Map.of("operation", "session", "id", id)).path("sessions");
    }

    public int disconnect(String id) throws AdminException {
        return ask(Map.of("operation", "disconnect", "id", id))
                .path("disconnected")
                .asInt();
    }

    public int disconnectUser(String user) throws AdminException {
        return ask(Map.of("operation", "disconnect", "user", user))
                .path("disconnected")
                .asInt();
    }

    /** What came of it: {@code taken}, {@code mistakes}, {@code warnings}, {@code changes}, {@code sessionsEnded}. */
    public JsonNode reload() throws AdminException {
        return ask(Map.of("operation", "reload")).path("reload");
    }

    /** Users and revocations alone. */
    public JsonNode refresh() throws AdminException {
        return ask(Map.of("operation", "refresh")).path("reload");
    }

    public Path socket() {
        return socket;
    }

    /** Whether a gateway may be there: not where nobody listens (a crash left the socket), but where nobody can see. */
    public boolean isAnswered() {
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) {
            // as a user who may not ask it
            return !Files.notExists(socket);
        }
    }

    private JsonNode ask(Map<String, String> request) throws AdminException {
        AtomicBoolean asked = new AtomicBoolean();
        FutureTask<JsonNode> task = new FutureTask<>(() -> exchange(request, asked));
        Thread thread = Thread.ofVirtual().start(task);
        try {
            JsonNode answer = task.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
            if (!answer.path("ok").asBoolean(false)) {
                throw new AdminException(
                        "The gateway refused: " + answer.path("error").asString("no reason given") + ".");
            }
            return answer;
        } catch (ExecutionException e) {
            if (asked.get()) {
                throw new AdminException("The gateway at " + socket
                        + " was asked and did not answer; whether it has done what it was asked, its log says.");
            }
            throw new AdminException("No gateway answers at " + socket
                    + "; start it with 'sallyport run', or name its configuration with -c and ask as the user"
                    + " it runs as; if gateway.state was edited since its start,"
                    + " put it back until it is restarted.");
        } catch (TimeoutException e) {
            throw new AdminException("The gateway at " + socket + " did not answer within " + DEADLINE.toSeconds()
                    + " s; it may still be doing what it was asked, see its log.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AdminException("Interrupted while asking the gateway.");
        } finally {
            // closes the channel of an exchange that still waits
            thread.interrupt();
        }
    }

    /** @param asked set once somebody may act on the request */
    private JsonNode exchange(Map<String, String> request, AtomicBoolean asked) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            Lines.write(channel, request);
            asked.set(true);
            return Lines.read(channel, Lines.MAX_ANSWER);
        }
    }
}
