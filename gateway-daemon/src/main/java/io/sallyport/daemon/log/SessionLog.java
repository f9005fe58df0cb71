package io.sallyport.daemon.log;

import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.session.Session;
import io.sallyport.core.session.SessionListener;
import io.sallyport.daemon.config.HostAndPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line for each thing that happens to a session, with the same fields in text and JSON: {@code event}, {@code user}, {@code protocol}, {@code source}, {@code address},
 * {@code cipher}, {@code reason}. Refusals, which anybody can cause, are bounded in number, and so are bindings that fail: a warning, because there may be a man in the middle.
 */
public final class SessionLog implements SessionListener {
    /** Refusals a second; those over it are counted and told with the next one. */
    static final int MAX_REFUSALS_PER_SECOND = 50;

    private static final Logger log = LoggerFactory.getLogger("sallyport.sessions");
    private static final long SECOND = 1_000_000_000;

    private final LongSupplier nanoTime;
    private long second = Long.MIN_VALUE;
    private int refusals;
    private long untold;

    public SessionLog() {
        this(System::nanoTime);
    }

    SessionLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public void up(Session session) {
        fields(session, "up").log("session up");
    }

    @Override
    public void moved(Session session, InetSocketAddress from, InetSocketAddress to) {
        fields(session, "moved").addKeyValue("from", text(from)).log("session moved");
    }

    @Override
    public void changed(Session session) {
        fields(session, "changed")
                .addKeyValue("upOctetsPerSecond", session.limits().upOctetsPerSecond())
                .addKeyValue("downOctetsPerSecond", session.limits().downOctetsPerSecond())
                .log("session changed");
    }

    @Override
    public void closed(Session session, CloseReason reason, Duration duration) {
        boolean refusal = reason == CloseReason.BINDING_FAILED;
        long suppressed = refusal ? admitRefusal() : 0;
        if (suppressed < 0) {
            return;
        }
        LoggingEventBuilder event =
                fields(session, "closed", refusal ? Level.WARN : Level.INFO).addKeyValue("reason", reason.text());
        String detail = session.closeDetail();
        if (!detail.isEmpty()) {
            event = event.addKeyValue("detail", LogText.clean(detail));
        }
        event = event.addKeyValue("seconds", duration.toSeconds())
                .addKeyValue("ingressBytes", session.traffic().upOctets())
                .addKeyValue("egressBytes", session.traffic().downOctets());
        withUntold(event, suppressed).log("session closed");
    }

    @Override
    public void refused(ClientContext client, String user, String detail) {
        long suppressed = admitRefusal();
        if (suppressed < 0) {
            return;
        }
        LoggingEventBuilder event = log.atWarn()
                .addKeyValue("event", "refused")
                .addKeyValue("user", LogText.clean(user))
                .addKeyValue("protocol", client.protocol())
                .addKeyValue("source", text(client.outerAddress()))
                .addKeyValue("reason", LogText.clean(detail));
        withUntold(event, suppressed).log("session refused");
    }

    private static LoggingEventBuilder withUntold(LoggingEventBuilder event, long suppressed) {
        return suppressed > 0 ? event.addKeyValue("untold", suppressed) : event;
    }

    /** Negative: this one is not told; else how many were not told before it. */
    private synchronized long admitRefusal() {
        long now = Math.floorDiv(nanoTime.getAsLong(), SECOND);
        if (now != second) {
            second = now;
            refusals = 0;
        }
        if (++refusals > MAX_REFUSALS_PER_SECOND) {
            untold++;
            return -1;
        }
        long suppressed = untold;
        untold = 0;
        return suppressed;
    }

    private static LoggingEventBuilder fields(Session session, String event) {
        return fields(session, event, Level.INFO);
    }

    private static LoggingEventBuilder fields(Session session, String event, Level level) {
        LoggingEventBuilder builder = log.atLevel(level)
                .addKeyValue("event", event)
                .addKeyValue("id", session.id())
                .addKeyValue("user", LogText.clean(session.user()))
                .addKeyValue("protocol", session.protocol())
                .addKeyValue("source", text(session.outerAddress()))
                .addKeyValue("address", text(session.lease().ipv4()));
        if (session.lease().ipv6() != null) {
            builder = builder.addKeyValue("address6", text(session.lease().ipv6()));
        }
        return session.cipher().isEmpty() ? builder : builder.addKeyValue("cipher", session.cipher());
    }

    private static String text(@Nullable InetAddress address) {
        return address == null ? "" : address.getHostAddress();
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress() == null
                ? address.getHostString() + ":" + address.getPort()
                : HostAndPort.text(address);
    }
}
