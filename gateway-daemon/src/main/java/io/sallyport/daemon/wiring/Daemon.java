package io.sallyport.daemon.wiring;

import io.sallyport.daemon.config.GatewayConfig;

/** The running gateway. */
public final class Daemon implements AutoCloseable {
    private Daemon() {}

    /** Everything is bound and ready when it returns; when it throws, the host is as it was. */
    @SuppressWarnings("DoNotCallSuggester") // until it is wired
    public static Daemon start(GatewayConfig config) throws StartException {
        throw new StartException(
                "Running a gateway is not wired yet for " + config.gateway().name() + ".");
    }

    /** SIGHUP: takes over what can change under way; what cannot is logged. */
    public void reload(GatewayConfig config) {}

    /** Tells clients, waits for at most the configured drain, closes every session, puts the host back. */
    @Override
    public void close() {}
}
