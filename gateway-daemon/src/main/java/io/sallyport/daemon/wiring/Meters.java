package io.sallyport.daemon.wiring;

import io.sallyport.core.Gateway;
import io.sallyport.core.worker.Verdict;
import io.sallyport.daemon.metrics.GatewayMetrics;
import io.sallyport.openvpn.control.HandshakeBudget;
import io.sallyport.openvpn.server.OpenVpnServer;
import org.jspecify.annotations.Nullable;

/** What is read of the running gateway whenever somebody asks for its metrics. */
final class Meters {
    private Meters() {}

    static void register(
            GatewayMetrics metrics,
            Gateway gateway,
            Presence presence,
            Authentication authentication,
            @Nullable OpenVpnServer openVpn,
            @Nullable SstpSide sstp) {
        metrics.drops(verdict -> drops(gateway, verdict));
        metrics.gauge(
                "sallyport.state.writable",
                "Whether leases are written to the state directory: 1, or 0 while its disk is full or it is gone",
                () -> gateway.pools().isKept() ? 1 : 0);
        metrics.gauge(
                "sallyport.draining",
                "1 from the first signal to stop on",
                () -> presence.readiness() == Readiness.DRAINING ? 1 : 0);
        metrics.gauge("sallyport.auth.tokens", "Tokens that stand for passwords", authentication::tokenCount);
        metrics.gauge(
                "sallyport.handshakes.open",
                "Handshakes under way",
                () -> (openVpn == null ? 0 : openVpn.halfOpen()) + (sstp == null ? 0 : sstp.handshakes()));
        if (openVpn != null) {
            HandshakeBudget budget = openVpn.handshakeBudget();
            metrics.gauge(
                    "sallyport.handshake.octets",
                    "Octets that handshakes hold, of clients that have not authenticated, beyond what each has free",
                    budget::taken);
            metrics.counter(
                    "sallyport.handshake.octets.refused",
                    "How often a handshake ended because all of them together held too much",
                    budget::refused);
        }
    }

    private static long drops(Gateway gateway, Verdict verdict) {
        return gateway.workers().all().stream()
                .mapToLong(worker -> worker.verdicts().get(verdict))
                .sum();
    }
}
