package io.sallyport.daemon.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.sallyport.daemon.config.GatewayConfig.Log;
import io.sallyport.daemon.config.GatewayConfig.LogFormat;
import java.io.IOException;
import java.util.List;
import net.logstash.logback.encoder.LogstashEncoder;
import org.slf4j.LoggerFactory;

/** Sets logback up: text or JSON lines on standard output or in a file. */
public final class Logging {
    /** A line ends where we end it, whatever a message holds; a stack trace follows on lines of its own. */
    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %replace(%msg){'[\\r\\n]+', ' '} %kvp%n%ex";

    private static final List<String> NOISY = List.of("io.netty", "org.bouncycastle", "io.micrometer", "io.prometheus");

    /** Lines that may wait for the disk. */
    private static final int QUEUE = 8192;

    private Logging() {}

    /**
     * For the daemon: as configured. A file is opened anew, also one that somebody has moved away.
     *
     * @throws IOException when the log file cannot be written; then everything is as before
     */
    public static void configure(Log log) throws IOException {
        LoggerContext context = context();
        Appender<ILoggingEvent> appender = log.file() == null
                ? console(context, log.format())
                : file(context, log, LogFile.open(context, log.file(), log.maxSize(), log.keep()));
        use(context, appender, Level.toLevel(log.level().name()));
    }

    /** For commands: nothing but errors. */
    public static void quiet() {
        use(context(), console(context(), LogFormat.TEXT), Level.OFF);
    }

    /** What is still on its way to the file gets there; nothing is logged any more. */
    public static void close() {
        context().stop();
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }

    /** Starts the appender after the one before is closed: they may have the same file. */
    private static void use(LoggerContext context, Appender<ILoggingEvent> appender, Level level) {
        context.reset();
        context.start();
        appender.start();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(level);
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
        for (String name : NOISY) {
            context.getLogger(name).setLevel(level.isGreaterOrEqual(Level.INFO) ? quieter(level) : Level.INFO);
        }
    }

    private static Appender<ILoggingEvent> console(LoggerContext context, LogFormat format) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setEncoder(encoder(format, context));
        return appender;
    }

    /** A thread of its own writes and compresses: a slow disk is not an event loop's business. When it cannot keep up, lines are lost. */
    private static Appender<ILoggingEvent> file(LoggerContext context, Log log, LogFile file) {
        file.setEncoder(encoder(log.format(), context));
        AsyncAppender appender = new AsyncAppender() {
            @Override
            public void start() {
                file.start();
                super.start();
            }
        };
        appender.setContext(context);
        appender.setQueueSize(QUEUE);
        appender.setDiscardingThreshold(0);
        appender.setNeverBlock(true);
        appender.addAppender(file);
        return appender;
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
