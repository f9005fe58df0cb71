package io.sallyport.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.address.Lease;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.support.NoLifecycle;
import io.sallyport.core.worker.Workers;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.config.GatewayConfig.LogFormat;
import io.sallyport.daemon.config.GatewayConfig.LogLevel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SessionLogTest {
    private static final InetSocketAddress SOURCE = new InetSocketAddress("192.0.2.1", 5000);

    private final PrintStream before = System.out;

    @AfterEach
    void quiet() {
        System.setOut(before);
        Logging.quiet();
    }

    @Test
    void jsonLinesCarryTheFields() {
        String line = logged(
                        LogFormat.JSON,
                        () -> new SessionLog().refused(client("openvpn-udp"), "eve\nINFO session up", "wrong password"))
                .getFirst();
        JsonNode fields = new JsonMapper().readTree(line);
        assertThat(fields.path("message").asString()).isEqualTo("session refused");
        assertThat(fields.path("event").asString()).isEqualTo("refused");
        assertThat(fields.path("user").asString()).isEqualTo("eve\\u{a}INFO session up");
        assertThat(fields.path("source").asString()).isEqualTo("192.0.2.1:5000");
        assertThat(fields.path("reason").asString()).isEqualTo("wrong password");
    }

    @Test
    void portOfAnIpv6SourceStandsApartFromTheAddress() {
        InetSocketAddress source = new InetSocketAddress("2001:db8::12", 5000);
        List<String> lines = logged(
                LogFormat.TEXT,
                () -> new SessionLog().refused(new ClientContext("sstp", "s1", source, SOURCE), "eve", "no"));
        assertThat(lines.getFirst()).contains("source=\"[2001:db8:0:0:0:0:0:12]:5000\"");
    }

    @Test
    void nameOfAUserCannotBeginALineOfItsOwn() {
        List<String> lines = logged(
                LogFormat.TEXT,
                () -> new SessionLog().refused(client("sstp"), "a\r\n\u2028\u202eb\" reason=\"x", "no"));
        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst())
                .contains("WARN", "session refused", "user=\"a\\u{d}\\u{a}\\u{2028}\\u{202e}b\\\" reason=\\\"x\"");
    }

    @Test
    void refusalsAreBoundedAndTheUntoldCounted() {
        AtomicLong nanos = new AtomicLong();
        List<String> lines = logged(LogFormat.TEXT, () -> {
            SessionLog log = new SessionLog(nanos::get);
            for (int i = 0; i < SessionLog.MAX_REFUSALS_PER_SECOND + 30; i++) {
                log.refused(client("sstp"), "x", "y");
            }
            nanos.addAndGet(1_000_000_000);
            log.refused(client("sstp"), "x", "y");
        });
        assertThat(lines).hasSize(SessionLog.MAX_REFUSALS_PER_SECOND + 1);
        assertThat(lines.getLast()).contains("untold=\"30\"");
    }

    @Test
    void bindingsThatFailAreWarningsAndBoundedAsRefusalsAre() {
        AtomicLong nanos = new AtomicLong();
        List<String> lines = logged(LogFormat.TEXT, () -> {
            SessionLog log = new SessionLog(nanos::get);
            try (Workers workers = Workers.start(1)) {
                for (int i = 0; i < SessionLog.MAX_REFUSALS_PER_SECOND; i++) {
                    log.refused(client("sstp"), "x", "y");
                }
                log.closed(session(workers), CloseReason.BINDING_FAILED, Duration.ZERO);
                log.closed(session(workers), CloseReason.CLIENT_EXIT, Duration.ZERO);
                nanos.addAndGet(1_000_000_000);
                log.closed(session(workers), CloseReason.BINDING_FAILED, Duration.ZERO);
            }
        });
        assertThat(lines).hasSize(SessionLog.MAX_REFUSALS_PER_SECOND + 2);
        assertThat(lines.get(SessionLog.MAX_REFUSALS_PER_SECOND))
                .contains("INFO", "session closed", "the client said goodbye");
        assertThat(lines.getLast()).contains("WARN", "session closed", "did not bind", "untold=\"1\"");
    }

    private static Session session(Workers workers) {
        Lease lease = new Lease((Inet4Address) InetAddress.ofLiteral("10.8.0.2"), 24, null, 0);
        return new Session(client("sstp"), Grant.of("alice"), lease, workers.get(0), new NoLifecycle());
    }

    private static ClientContext client(String protocol) {
        return new ClientContext(protocol, "s1", SOURCE, SOURCE);
    }

    private static List<String> logged(LogFormat format, Runnable task) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            Logging.configure(new GatewayConfig.Log(format, LogLevel.INFO, null, 1 << 20, 1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        task.run();
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
