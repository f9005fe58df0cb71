package io.sallyport.daemon.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.sallyport.daemon.config.GatewayConfig.Log;
import io.sallyport.daemon.config.GatewayConfig.LogFormat;
import java.util.List;
import net.logstash.logback.encoder.LogstashEncoder;
import org.slf4j.LoggerFactory;

/** Sets logback up: text or JSON lines on standard output. */
public final class Logging {
    /** A line ends where we end it, whatever a message holds; a stack trace follows on lines of its own. */
    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %replace(%msg){'[\\r\\n]+', ' '} %kvp%n%ex";

    private static final List<String> NOISY = List.of("io.netty", "org.bouncycastle", "io.micrometer", "io.prometheus");

    private Logging() {}

    /** For the daemon: as configured. */
    public static void configure(Log log) {
        configure(log.format(), Level.toLevel(log.level().name()));
    }

    /** For commands: nothing but errors. */
    public static void quiet() {
        configure(LogFormat.TEXT, Level.OFF);
    }

    private static void configure(LogFormat format, Level level) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setEncoder(encoder(format, context));
        appender.start();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(level);
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
        for (String name : NOISY) {
            context.getLogger(name).setLevel(level.isGreaterOrEqual(Level.INFO) ? quieter(level) : Level.INFO);
        }
    }

    private static Level quieter(Level level) {
        return level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN;
    }

    private static Encoder<ILoggingEvent> encoder(LogFormat format, LoggerContext context) {
        Encoder<ILoggingEvent> encoder = switch (format) {
            case TEXT -> {
                PatternLayoutEncoder text = new PatternLayoutEncoder();
                text.setPattern(PATTERN);
                yield text;
            }
            case JSON -> {
                LogstashEncoder json = new LogstashEncoder();
                json.setIncludeContext(false);
                yield json;
            }
        };
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }
}
