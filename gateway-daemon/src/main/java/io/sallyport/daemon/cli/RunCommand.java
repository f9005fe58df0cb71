package io.sallyport.daemon.cli;

import io.sallyport.daemon.config.ConfigReader;
import io.sallyport.daemon.config.ConfigReader.Reading;
import io.sallyport.daemon.config.Finding;
import io.sallyport.daemon.config.GatewayConfig;
import io.sallyport.daemon.log.Logging;
import io.sallyport.daemon.service.ServiceNotifier;
import io.sallyport.daemon.wiring.Daemon;
import io.sallyport.daemon.wiring.StartException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        description =
                "Runs the gateway in the foreground. SIGHUP reloads the configuration, SIGTERM drains and stops, a second one stops at once.",
        footer = {"", "Needs CAP_NET_ADMIN for the TUN device, and CAP_NET_BIND_SERVICE for ports below 1024."})
final class RunCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(RunCommand.class);

    /** A worker that is busy for longer does no more than the watchdog's next question finds. */
    private static final Duration LIVE_LIMIT = Duration.ofSeconds(5);

    /** For telling the last clients and putting the host back. */
    private static final Duration CLOSING = Duration.ofSeconds(60);

    @Mixin
    ConfigOption config;

    @Spec
    CommandSpec spec;

    private enum Order {
        RELOAD,
        STOP,
        FAIL
    }

    private final LinkedBlockingQueue<Order> orders = new LinkedBlockingQueue<>();

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        Path path = config.path();
        Reading reading = ConfigReader.check(path);
        GatewayConfig first = reading.config();
        if (first == null) {
            return refuse(path, reading.mistakes());
        }
        try {
            Logging.configure(first.log());
        } catch (IOException e) {
            throw CommandFailure.failed(String.valueOf(e.getMessage()));
        }
        reading.warnings().forEach(warning -> log.warn("{}", warning));
        // Before the start: a stop that comes early is not lost.
        Signals.on("TERM", () -> orders.add(Order.STOP));
        Signals.on("INT", () -> orders.add(Order.STOP));
        Signals.on("HUP", () -> orders.add(Order.RELOAD));
        try (ServiceNotifier service = ServiceNotifier.of(System.getenv());
                Daemon daemon = Daemon.start(first, Version.text(), this::fail)) {
            ready(service, daemon);
            daemon.whenReloading(service::reloading, () -> ready(service, daemon));
            Order order = orders.take();
            while (order == Order.RELOAD) {
                daemon.reload();
                order = orders.take();
            }
            if (order == Order.STOP) {
                service.stopping("draining", daemon.drainTime().plus(CLOSING));
                order = drain(daemon);
            }
            log.info("stopping");
            service.stopping("closing sessions", CLOSING);
            return order == Order.STOP ? 0 : 1;
        } catch (StartException e) {
            throw CommandFailure.failed(String.valueOf(e.getMessage()));
        } finally {
            Logging.close();
        }
    }

    private static void ready(ServiceNotifier service, Daemon daemon) {
        service.ready(daemon.presence()::summary, () -> daemon.presence().live(LIVE_LIMIT));
    }

    private void fail(String why) {
        log.error("{} The gateway stops.", why);
        orders.add(Order.FAIL);
    }

    private int refuse(Path path, List<Finding> mistakes) throws CommandFailure {
        if (mistakes.size() == 1) {
            throw CommandFailure.wrong(mistakes.getFirst() + ".");
        }
        PrintWriter err = spec.commandLine().getErr();
        mistakes.forEach(err::println);
        throw CommandFailure.wrong(path + " has " + mistakes.size() + " mistakes; correct them and start again.");
    }

    /** A second signal to stop ends it, as does the loss of the device. */
    private Order drain(Daemon daemon) throws InterruptedException {
        Order[] last = {Order.STOP};
        daemon.drain(millis -> {
            Order order = orders.poll(millis, TimeUnit.MILLISECONDS);
            if (order == Order.RELOAD) {
                log.warn("not reloaded: the gateway is stopping");
            } else if (order != null) {
                last[0] = order;
            }
            return order != null && order != Order.RELOAD;
        });
        return last[0];
    }
}
