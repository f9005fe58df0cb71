package io.sallyport.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.sallyport.daemon.config.GatewayConfig.Log;
import io.sallyport.daemon.config.GatewayConfig.LogFormat;
import io.sallyport.daemon.config.GatewayConfig.LogLevel;
import io.sallyport.daemon.files.Owners;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@Timeout(120)
class LogFileTest {
    private static final LoggerContext CONTEXT = (LoggerContext) LoggerFactory.getILoggerFactory();
    private static final Logger log = LoggerFactory.getLogger("sallyport.sessions");

    @TempDir
    Path directory;

    @AfterEach
    void quiet() {
        Logging.quiet();
    }

    private Path configure(long maxSize, int keep) throws IOException {
        Path file = directory.resolve("gateway.log");
        Logging.configure(new Log(LogFormat.TEXT, LogLevel.INFO, file, maxSize, keep));
        return file;
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static void await(Path file, String text) {
        Awaitility.await()
                .until(() -> Files.exists(file) && Files.readString(file).contains(text));
    }

    @Test
    void beginsAnewWhenItHasItsSizeAndKeepsAsManyAsItIsTold() throws Exception {
        Path file = configure(1_000, 2);
        Path oldest = directory.resolve("gateway.log.2.gz");
        // the size is looked at now and then, and so this writes until it was often enough
        int[] line = {0};
        Awaitility.await().pollInterval(java.time.Duration.ofMillis(20)).until(() -> {
            for (int i = 0; i < 30; i++) {
                log.info("line {} of many, each with some more octets than a short one has", line[0]++);
            }
            return Files.exists(oldest);
        });
        Logging.quiet();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsOnly("gateway.log", "gateway.log.1.gz", "gateway.log.2.gz");
        }
        assertThat(mode(file)).isEqualTo("rw-r-----");
        assertThat(mode(oldest)).isEqualTo("rw-r-----");
        assertThat(mode(directory.resolve("gateway.log.1.gz"))).isEqualTo("rw-r-----");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(oldest))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("of many");
        }
    }

    @Test
    @EnabledIf("io.sallyport.daemon.files.Owners#canBeChosen")
    void whatRootBeginsTheServiceGoesOnWith() throws Exception {
        Owners.give(directory);
        Path file = configure(1 << 20, 1);
        assertThat(Owners.of(file)).isEqualTo(Owners.of(directory));
    }

    @Test
    void aFileThatWasMovedAwayIsMadeAgainByConfiguringAgain() throws Exception {
        Path file = configure(1 << 20, 1);
        log.info("before");
        await(file, "before");
        Path moved = Files.move(file, directory.resolve("moved"));
        configure(1 << 20, 1);
        log.info("after");
        await(file, "after");
        assertThat(Files.readAllLines(moved)).hasSize(1);
        assertThat(Files.readAllLines(file)).hasSize(1);
    }

    @Test
    void goesOnWhenItCouldNotBeOpenedForAWhile() throws Exception {
        Path inside = Files.createDirectory(directory.resolve("logs"));
        LogFile opened = LogFile.open(CONTEXT, inside.resolve("gateway.log"), 1 << 20, 1);
        PatternLayoutEncoder lines = new PatternLayoutEncoder();
        lines.setContext(CONTEXT);
        lines.setPattern("%msg%n");
        lines.start();
        opened.setEncoder(lines);
        opened.start();
        Path away = Files.move(inside, directory.resolve("away"));
        opened.rollover();
        opened.doAppend(event("lost"));
        Files.move(away, inside);
        Awaitility.await().until(() -> {
            opened.doAppend(event("there"));
            return Files.readString(inside.resolve("gateway.log")).contains("there");
        });
        opened.stop();
    }

    private static LoggingEvent event(String text) {
        return new LoggingEvent("", CONTEXT.getLogger("test"), Level.INFO, text, null, null);
    }

    @Test
    void whatWasLoggedIsOnTheDiskAfterTheEnd() throws Exception {
        Path file = configure(1 << 20, 1);
        for (int i = 0; i < 1000; i++) {
            log.info("line {}", i);
        }
        Logging.close();
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(1000);
        assertThat(lines.getLast()).contains("line 999");
    }

    @Test
    void refusesAFileThatCannotBeWrittenAndGoesOnAsBefore() throws Exception {
        Path file = configure(1 << 20, 1);
        Path impossible = directory.resolve("no such directory/gateway.log");
        assertThatThrownBy(() -> Logging.configure(new Log(LogFormat.TEXT, LogLevel.INFO, impossible, 1 << 20, 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("log.file");
        log.info("still here");
        await(file, "still here");
    }
}
