package io.sallyport.openvpn.control;

import io.sallyport.core.session.CloseReason;
import io.sallyport.core.tls.TlsEndpoint.Progress;
import io.sallyport.openvpn.control.ServerExchange.Outcome;
import io.sallyport.openvpn.control.ServerKey.Stage;
import org.jspecify.annotations.Nullable;

/** The keys of a {@link ServerConnection} over time: when a new one begins, takes over, comes to nothing, or is too late. */
final class ServerKeyRing {
    private static final Outcome GO_ON = new Outcome.GoOn();

    final KeyRing<ServerKey> ring;
    private final ServerKeyMaker maker;
    private final Renewal renewal;
    private final ServerOut out;

    /** @param firstId of the client's next message */
    ServerKeyRing(ServerKeyMaker maker, long firstId, ServerOut out, long now) {
        ServerKey first = maker.make(0, 1, now);
        first.channel.expect(firstId);
        this.maker = maker;
        this.ring = new KeyRing<>(first, out::retire);
        this.renewal = new Renewal(maker.terms().renegotiateAfter().toNanos());
        this.out = out;
    }

    ServerKey current() {
        return ring.current();
    }

    @Nullable
    ServerKey next() {
        return ring.next();
    }

    /** No key is being negotiated. */
    boolean idle() {
        return ring.next() == null && current().active();
    }

    boolean clientMayBegin(int keyId, long now) {
        return idle() && renewal.clientMayBegin(current(), keyId, now);
    }

    boolean weMayBegin(long now) {
        return idle() && renewal.weMayBegin(now);
    }

    /** Begins the next one. */
    void begin(long now) {
        begin(renewal.nextId(current()), now);
    }

    /** Begins one with the id that the client chose. */
    void begin(int keyId, long now) {
        ServerKey key = maker.make(keyId, 0, now);
        key.channel.sendReset(now);
        ring.begin(key);
    }

    /** The new key takes over once the client has all that it needs for it. */
    void promote(long now) {
        ServerKey key = ring.next();
        if (key != null && key.stage instanceof Stage.AwaitConfirmation(ClientOffer offer) && key.channel.delivered()) {
            key.stage = new Stage.Active(offer);
            key.since = now;
            out.activate(key.keyId());
            ring.promote(now);
            renewal.succeeded();
        }
    }

    /** This renegotiation came to nothing: the key in use stays, while it is not too old; false when it is. */
    boolean drop(long now) {
        ServerKey failed = ring.dropNext();
        if (failed == null) {
            return true;
        }
        renewal.failed(failed, now);
        return !Deadline.passed(renewal.expiresAt(current()), now);
    }

    Outcome tlsClosed(ServerKey key) {
        return tlsEnded(key, CloseReason.CLIENT_EXIT, "the client closed TLS");
    }

    Outcome tlsFailed(ServerKey key, Progress.Failed failed) {
        String from = failed.alert() == Progress.Origin.PEER ? "alert of the client: " : "";
        return tlsEnded(key, CloseReason.PROTOCOL_ERROR, from + failed.reason());
    }

    /** What the old key's TLS does no longer matters. */
    @SuppressWarnings("ReferenceEquality") // that key itself is meant
    private Outcome tlsEnded(ServerKey key, CloseReason ofSession, String detail) {
        if (key == ring.before() || !ring.holds(key)) {
            if (ring.holds(key)) {
                ring.retireBefore();
            }
            return GO_ON;
        }
        if (key.active()) {
            return new Outcome.End(ofSession, detail);
        }
        if (key.stage instanceof Stage.AwaitFarewell(CloseReason reason, String why)) {
            return new Outcome.End(reason, why);
        }
        // Whoever began the next one has not authenticated, and the key in use is not touched by it.
        return key == ring.next()
                ? new Outcome.Postpone("TLS: " + detail)
                : new Outcome.End(CloseReason.HANDSHAKE_FAILED, "TLS: " + detail);
    }

    /** What the time has come for. */
    Outcome expire(long now) {
        ring.expire(now);
        ServerKey key = ring.negotiating();
        if (key.stage instanceof Stage.AwaitFarewell(CloseReason reason, String detail)) {
            boolean told = key.channel.delivered() || Deadline.passed(key.since, now);
            return told ? new Outcome.End(reason, detail) : GO_ON;
        }
        if (!key.active() && Deadline.passed(key.finishBy, now)) {
            String detail = "the handshake took too long, waiting for " + key.waitsFor();
            return ring.next() == null
                    ? new Outcome.End(CloseReason.HANDSHAKE_FAILED, detail)
                    : new Outcome.Postpone(detail);
        }
        return GO_ON;
    }

    /** The client should be told that its decision takes longer. */
    boolean patienceDue(long now) {
        return awaitsDecision(ring.negotiating()) && Deadline.passed(ring.negotiating().patienceAt, now);
    }

    private static boolean awaitsDecision(ServerKey key) {
        return key.stage instanceof Stage.AwaitDecision;
    }

    /** Nobody renewed the key in use for so long that it must not be used any more. */
    boolean tooOld(long now) {
        return idle() && Deadline.passed(renewal.expiresAt(current()), now);
    }

    /** It is time for the gateway to begin. */
    boolean renewalDue(long now) {
        return Deadline.passed(renewal.beginAt(current()), now);
    }

    /** @param mayBegin whether the gateway may begin when it is time for that */
    long deadline(boolean mayBegin) {
        long deadline = Deadline.earlier(ring.deadline(), mayBegin ? renewal.beginAt(current()) : Deadline.NEVER);
        ServerKey key = ring.negotiating();
        if (key.stage instanceof Stage.AwaitFarewell) {
            return Deadline.earlier(deadline, key.since);
        }
        if (awaitsDecision(key)) {
            deadline = Deadline.earlier(deadline, key.patienceAt);
        }
        return Deadline.earlier(deadline, idle() ? renewal.expiresAt(current()) : key.finishBy);
    }
}
