package io.sallyport.core.session;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.address.AddressPools;
import io.sallyport.core.address.Lease;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.worker.Worker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All sessions that are open or up, of all protocols. Look-ups from any thread. */
public final class Sessions implements SessionLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Sessions.class);

    private final Map<String, Session> byId = new ConcurrentHashMap<>();
    private final Map<InetAddress, Session> byAddress = new ConcurrentHashMap<>();
    private final Places places = new Places();
    private final SessionTables tables;
    private final AddressPools pools;
    private final List<SessionListener> listeners;

    public Sessions(SessionTables tables, AddressPools pools, List<SessionListener> listeners) {
        this.tables = tables;
        this.pools = pools;
        this.listeners = List.copyOf(listeners);
    }

    /** All, the oldest first. */
    public List<Session> all() {
        return byId.values().stream()
                .sorted(((Comparator<Session>) Session::byAge).thenComparing(Session::id))
                .toList();
    }

    public @Nullable Session byId(String id) {
        return byId.get(id);
    }

    /** The session that leases this inner address. */
    public @Nullable Session byAddress(InetAddress inner) {
        return byAddress.get(inner);
    }

    public List<Session> byUser(String user) {
        return all().stream().filter(s -> s.user().equals(user)).toList();
    }

    public int count() {
        return byId.size();
    }

    public Map<String, Integer> countByProtocol() {
        Map<String, Integer> counts = new TreeMap<>();
        byId.values().forEach(s -> counts.merge(s.protocol(), 1, Integer::sum));
        return counts;
    }

    /** Asks every session that fits to close, each on its own worker; returns how many. */
    public int closeWhere(Predicate<Session> which, CloseReason reason) {
        Collection<Session> chosen = byId.values().stream().filter(which).toList();
        chosen.forEach(session -> session.close(reason));
        return chosen.size();
    }

    public int closeAll(CloseReason reason) {
        return closeWhere(session -> true, reason);
    }

    /** From now on nobody is admitted. */
    public void end() {
        places.end();
    }

    /** Nobody is there, and nobody is on the way in. */
    public boolean isEmpty() {
        return places.taken() == 0;
    }

    Places places() {
        return places;
    }

    /** A session that has its place and its lease; on its worker. */
    Session open(ClientContext client, Grant grant, Lease lease, Worker worker) {
        Session session = new Session(client, grant, lease, worker, this);
        byId.put(session.id(), session);
        if (lease.ipv4() != null) {
            byAddress.put(lease.ipv4(), session);
        }
        if (lease.ipv6() != null) {
            byAddress.put(lease.ipv6(), session);
        }
        tell(listener -> listener.opened(session));
        return session;
    }

    @Override
    public void up(Session session) {
        tables.enter(session);
        tell(listener -> listener.up(session));
    }

    @Override
    public void moved(Session session, InetSocketAddress from, InetSocketAddress to) {
        tell(listener -> listener.moved(session, from, to));
    }

    @Override
    public void changed(Session session) {
        tell(listener -> listener.changed(session));
    }

    @Override
    public void handedOver(Session session, ByteBuf frame) {
        tables.handedOver(session, frame);
    }

    @Override
    public void forget(Session session) {
        tables.leave(session);
        byId.remove(session.id(), session);
        if (session.lease().ipv4() != null) {
            byAddress.remove(session.lease().ipv4(), session);
        }
        if (session.lease().ipv6() != null) {
            byAddress.remove(session.lease().ipv6(), session);
        }
    }

    @Override
    public void release(Session session) {
        pools.release(session.lease());
    }

    @Override
    public void closed(Session session, CloseReason reason) {
        Duration duration = session.age();
        tell(listener -> listener.closed(session, reason, duration));
        places.leave(session.user(), session.protocol());
    }

    /** A protocol turned somebody away: see {@link SessionListener#refused}. */
    public void refused(ClientContext client, String user, String detail) {
        tell(listener -> listener.refused(client, user, detail));
    }

    private void tell(Consumer<SessionListener> what) {
        for (SessionListener listener : listeners) {
            try {
                what.accept(listener);
            } catch (RuntimeException e) {
                log.error("a listener of sessions failed", e);
            }
        }
    }
}
