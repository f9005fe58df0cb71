package io.sallyport.daemon.service;

import io.sallyport.core.posix.UnixDatagramSender;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager how the daemon is, as sd_notify(3) describes: one datagram of {@code NAME=value} lines to the socket that {@code NOTIFY_SOCKET} names. Without such a
 * socket nothing is said. With {@code WATCHDOG_USEC} it says twice in that time that the daemon is alive, as long as it is.
 */
public final class ServiceNotifier implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServiceNotifier.class);
    private static final long NANOS_PER_MICRO = 1_000;

    private final @Nullable UnixDatagramSender socket;
    private final @Nullable Duration watchdog;
    private @Nullable Thread beating;

    private ServiceNotifier(@Nullable UnixDatagramSender socket, @Nullable Duration watchdog) {
        this.socket = socket;
        this.watchdog = watchdog;
    }

    /** @param environment the process's own, or a test's */
    public static ServiceNotifier of(Map<String, String> environment) {
        String address = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (address.isEmpty()) {
            return new ServiceNotifier(null, null);
        }
        try {
            return new ServiceNotifier(UnixDatagramSender.connect(address), watchdog(environment));
        } catch (IOException e) {
            log.warn("the service manager cannot be told of the start: {}", e.getMessage());
            return new ServiceNotifier(null, null);
        }
    }

    /** sd_watchdog_enabled(3): {@code WATCHDOG_PID}, where it is set, names the process that the watchdog is for. */
    private static @Nullable Duration watchdog(Map<String, String> environment) {
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        String pid = environment.getOrDefault("WATCHDOG_PID", "");
        boolean ours = pid.isEmpty()
                || pid.equals(Long.toString(ProcessHandle.current().pid()));
        return micros.matches("[1-9]\\d{0,15}") && ours
                ? Duration.ofNanos(Long.parseLong(micros) * NANOS_PER_MICRO)
                : null;
    }

    /** Clients can connect. Begins to answer for the daemon's life. */
    public void ready(String status, BooleanSupplier alive) {
        tell("READY=1\nSTATUS=" + line(status));
        Duration limit = watchdog;
        if (limit != null && beating == null) {
            beating = Thread.ofPlatform().daemon().name("watchdog").start(() -> beat(limit.dividedBy(2), alive));
        }
    }

    /** The configuration is read again; {@link #ready} says that it is done. */
    public void reloading() {
        tell("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / NANOS_PER_MICRO
                + "\nSTATUS=reading the configuration");
    }

    /** The daemon ends, after what it still has to do. */
    public void stopping(String status) {
        tell("STOPPING=1\nSTATUS=" + line(status));
    }

    private void beat(Duration period, BooleanSupplier alive) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                if (alive.getAsBoolean()) {
                    tell("WATCHDOG=1");
                } else {
                    log.error("a worker does not answer; the service manager's watchdog is not told that all is well");
                }
                Thread.sleep(period);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(String message) {
        UnixDatagramSender to = socket;
        if (to != null && !to.send(message)) {
            log.warn(
                    "the service manager could not be told: {}",
                    message.lines().findFirst().orElse(""));
        }
    }

    private static String line(String text) {
        return text.replaceAll("\\s+", " ");
    }

    @Override
    public void close() {
        if (beating != null) {
            beating.interrupt();
        }
        if (socket != null) {
            socket.close();
        }
    }
}
