package io.sallyport.core.session;

import io.sallyport.core.address.AddressPools;
import io.sallyport.core.address.IpPrefix;
import io.sallyport.core.address.Lease;
import io.sallyport.core.address.LeaseAnswer;
import io.sallyport.core.address.LeaseRequest;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.session.Admission.Admittance;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a session needs before there is one: a place, a lease, and routes that are its own. May wait; never on a worker. */
final class Entrance {
    private static final Logger log = LoggerFactory.getLogger(Entrance.class);
    private static final long REPLACING_SECONDS = 5;
    /** One fixed address of each family may be with an older session. */
    private static final int MOST_ADDRESSES_REPLACED = 2;

    private final AddressPools pools;
    private final Sessions sessions;
    private final Supplier<SessionLimits> limits;

    Entrance(AddressPools pools, Sessions sessions, Supplier<SessionLimits> limits) {
        this.pools = pools;
        this.sessions = sessions;
        this.limits = limits;
    }

    /** What waits for the worker before there is a session. */
    sealed interface Entry {
        Grant grant();

        /** @param protocol whose place it takes */
        record Admitted(Lease lease, Grant grant, String protocol) implements Entry {}

        record Refused(Admittance.Refused why, Grant grant) implements Entry {}
    }

    Entry enter(String protocol, Grant asked) {
        SessionLimits now = limits.get();
        Grant grant = withOwnRoutes(asked).withDefaultTimeouts(now.sessionTimeout(), now.idleTimeout());
        Places.Full full = place(grant.user(), protocol, now);
        if (full != null) {
            return new Entry.Refused(new Admittance.Refused(full.clientText(), full.detail(), true), grant);
        }
        LeaseAnswer answer;
        try {
            answer = lease(grant);
        } catch (RuntimeException e) {
            sessions.places().leave(grant.user(), protocol);
            log.error("no lease could be made", e);
            String detail = "no lease could be made: " + e;
            return new Entry.Refused(
                    new Admittance.Refused(RejectReason.UNAVAILABLE.clientText(), detail, true), grant);
        }
        return switch (answer) {
            case LeaseAnswer.Leased leased -> new Entry.Admitted(leased.lease(), grant, protocol);
            case LeaseAnswer.Refused refused -> {
                sessions.places().leave(grant.user(), protocol);
                String text = "no address is available for this client";
                yield new Entry.Refused(new Admittance.Refused(text, refused.detail(), refused.temporary()), grant);
            }
        };
    }

    /** The place and the lease return; nobody ever saw the session. */
    void undo(Entry entry) {
        if (entry instanceof Entry.Admitted(Lease lease, Grant grant, String protocol)) {
            pools.release(lease);
            sessions.places().leave(grant.user(), protocol);
        }
        Secrets.wipe(entry.grant());
    }

    private Places.@Nullable Full place(String user, String protocol, SessionLimits now) {
        Places.Full full = sessions.places().take(user, protocol, now);
        if (full != null && full.ofUser()) {
            // A client that lost its connection and begins anew must not wait until its own old session is given up.
            full = placeOfOlder(user, protocol, now, full, Session::closeIfSilent);
        }
        if (full != null && full.ofUser() && now.replace()) {
            full = placeOfOlder(user, protocol, now, full, Entrance::closeReplaced);
        }
        return full;
    }

    private Places.@Nullable Full placeOfOlder(
            String user, String protocol, SessionLimits now, Places.Full before, Consumer<Session> end) {
        Places.Full full = before;
        // None, when they are all on their way in themselves; more than one, when the limit was lowered.
        for (Session each : sessions.byUser(user)) {
            if (full == null || !onItsWorker(each, end)) {
                break;
            }
            full = sessions.places().take(user, protocol, now);
        }
        return full;
    }

    private LeaseAnswer lease(Grant grant) {
        var request = new LeaseRequest(grant.user(), grant.ipv4(), grant.ipv6(), grant.pool());
        LeaseAnswer answer = pools.lease(request);
        for (int replaced = 0; replaced < MOST_ADDRESSES_REPLACED; replaced++) {
            if (!(answer instanceof LeaseAnswer.Taken taken) || !taken.user().equals(grant.user())) {
                return answer;
            }
            Session older = sessions.byAddress(taken.address());
            if (older == null || !older.user().equals(grant.user()) || !onItsWorker(older, Entrance::closeReplaced)) {
                return answer;
            }
            answer = pools.lease(request);
        }
        return answer;
    }

    private static void closeReplaced(Session older) {
        older.close(CloseReason.REPLACED);
    }

    /** Ends it, if so it is, and waits until it has given back what it had. False when that takes too long. */
    private static boolean onItsWorker(Session older, Consumer<Session> end) {
        CountDownLatch done = new CountDownLatch(1);
        try {
            older.worker().execute(() -> {
                end.accept(older);
                done.countDown();
            });
            return done.await(REPLACING_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Without the routes that would bring it, or let it speak for, what belongs to others; a pool holds the gateway's own address too. */
    private Grant withOwnRoutes(Grant grant) {
        List<IpPrefix> own = new ArrayList<>(grant.framedRoutes());
        own.removeIf(route -> route.length() == 0
                || pools.pools().stream().anyMatch(pool -> pool.prefix().overlaps(route)));
        if (own.size() == grant.framedRoutes().size()) {
            return grant;
        }
        List<IpPrefix> leftOut = new ArrayList<>(grant.framedRoutes());
        leftOut.removeAll(own);
        log.warn(
                "user {}: framed routes {} are left out, they would take the traffic of others", grant.user(), leftOut);
        return grant.withFramedRoutes(own);
    }
}
