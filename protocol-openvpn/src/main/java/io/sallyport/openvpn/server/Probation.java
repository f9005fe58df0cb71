package io.sallyport.openvpn.server;

import io.sallyport.core.worker.Timer;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a client counts for until its handshake is done: a place among the half-open, perhaps one among those whose address may be anybody's, and a deadline for its first message.
 * Each is given back once, in whatever order things end.
 */
final class Probation {
    /** A client whose first message of TLS is not whole by then ends: it costs nothing to send less. */
    static final long FIRST_STAGE_NANOS = 8_000_000_000L;

    private final OpenVpnServer server;
    private final InetSocketAddress from;
    private @Nullable Timer firstStage;
    private boolean halfOpen = true;
    private boolean unproven;

    /** The caller has entered the half-open count; this leaves it. */
    Probation(OpenVpnServer server, InetSocketAddress from) {
        this.server = server;
        this.from = from;
    }

    /** Begins the first stage, which only {@link #firstStagePassed} and the end of all end before its time. */
    void begin(OpenVpnWorker home, Runnable late) {
        firstStage = home.worker().schedule(FIRST_STAGE_NANOS, () -> {
            firstStage = null;
            late.run();
        });
    }

    /** The client's first message is whole. */
    void firstStagePassed() {
        if (firstStage != null) {
            firstStage.cancel();
            firstStage = null;
        }
    }

    /**
     * Nothing was ever heard from the client at its address but the one packet that its key came with. The caller has
     * entered the count of such; this leaves it.
     */
    void beginUnproven() {
        unproven = true;
    }

    boolean isProven() {
        return !unproven;
    }

    /** It has received what was sent to its address. */
    void proven() {
        if (unproven) {
            unproven = false;
            server.leaveUnproven();
        }
    }

    /** The handshake is done, or over. */
    void end() {
        firstStagePassed();
        proven();
        if (halfOpen) {
            halfOpen = false;
            server.leaveHalfOpen(from);
        }
    }
}
