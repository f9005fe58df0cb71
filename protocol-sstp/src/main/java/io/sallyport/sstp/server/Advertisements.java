package io.sallyport.sstp.server;

import io.sallyport.core.Gateway;
import io.sallyport.core.autoconf.ClientTerms;
import io.sallyport.core.autoconf.RouterAdvertisement;
import io.sallyport.core.session.Session;
import io.sallyport.core.worker.Timer;
import io.sallyport.core.worker.Worker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * IPV6CP gives a client no more than an interface identifier (RFC 5072 §4.1): its address and routes come from the router advertisements that it hears when IPV6CP opens, and again before
 * they expire.
 */
final class Advertisements {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(RouterAdvertisement.INTERVAL_SECONDS);

    private final Gateway gateway;
    private final Worker worker;
    private @Nullable Timer next;

    Advertisements(Gateway gateway, Worker worker) {
        this.gateway = gateway;
        this.worker = worker;
    }

    /** Now, and from now on; of a session that is up. */
    void begin(Session session) {
        stop();
        ClientTerms terms = gateway.termsOf(session);
        if (terms.hasIpv6() && session.state() == Session.State.UP) {
            int mtu = Math.min(gateway.mtu(), session.mtu());
            session.deliverOwn(RouterAdvertisement.unsolicited(terms, mtu));
            session.flush();
        }
        // A bug of the link may have ended it just now.
        if (terms.hasIpv6() && session.state() == Session.State.UP) {
            next = worker.schedule(INTERVAL_NANOS, () -> begin(session));
        }
    }

    void stop() {
        if (next != null) {
            next.cancel();
            next = null;
        }
    }
}
