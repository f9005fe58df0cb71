package io.sallyport.daemon.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/** {@code GET /metrics}, {@code /health/live} and {@code /health/ready}, and nothing else. It has no access control: bind it where only the monitoring reaches it. */
public final class MetricsServer implements AutoCloseable {
    private static final int BACKLOG = 16;
    private static final String METRICS = "/metrics";
    private static final String LIVE = "/health/live";
    private static final Set<String> PATHS = Set.of(METRICS, LIVE, "/health/ready");
    private static final JsonMapper JSON = new JsonMapper();

    static {
        // The JDK's server reads these when its classes load: slow and idle peers are cut off, and there are few of
        // them.
        System.setProperty("sun.net.httpserver.maxReqTime", "5");
        System.setProperty("sun.net.httpserver.maxRspTime", "10");
        System.setProperty("sun.net.httpserver.idleInterval", "10");
        System.setProperty("jdk.httpserver.maxConnections", "64");
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private MetricsServer(HttpServer server) {
        this.server = server;
    }

    /** @throws IOException when the address cannot be bound */
    public static MetricsServer start(InetSocketAddress address, Supplier<String> scrape, Supplier<Health> health)
            throws IOException {
        MetricsServer metrics = new MetricsServer(HttpServer.create(address, BACKLOG));
        metrics.server.setExecutor(metrics.threads);
        metrics.server.createContext("/", exchange -> answer(exchange, scrape, health));
        metrics.server.start();
        return metrics;
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    private static void answer(HttpExchange exchange, Supplier<String> scrape, Supplier<Health> health)
            throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (!PATHS.contains(path)) {
                exchange.sendResponseHeaders(404, -1);
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                exchange.sendResponseHeaders(405, -1);
            } else if (path.equals(METRICS)) {
                send(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", scrape.get());
            } else {
                Health now = health.get();
                boolean well = path.equals(LIVE) ? now.live() : now.live() && now.ready();
                send(exchange, well ? 200 : 503, "application/json", JSON.writeValueAsString(now.body()) + "\n");
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
