package io.sallyport.daemon.wiring;

import java.util.Locale;

/** How far the gateway is in its life, for health checks and {@code status}. */
public enum Readiness {
    /** Not everything is bound yet. */
    STARTING,
    /** New clients are welcome. */
    READY,
    /** Those who are here stay for a while; nobody new should be sent here. */
    DRAINING,
    /** Sessions are being closed, or are. */
    STOPPED;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
