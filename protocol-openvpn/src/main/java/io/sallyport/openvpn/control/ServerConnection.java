package io.sallyport.openvpn.control;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.octets.RandomOctets;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.tls.TlsContext;
import io.sallyport.core.tls.TlsEndpoint.Progress;
import io.sallyport.openvpn.control.ServerExchange.Outcome;
import io.sallyport.openvpn.control.ServerKey.Stage;
import io.sallyport.openvpn.wire.ControlMessage;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.OvpnSessionId;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's side of one client's control channel, from the first packet after a valid stateless cookie to its end. Without clock, thread, randomness and
 * channel: what it wants done are calls on {@link ServerOut}. One caller at a time, and never from within a call on {@code out}.
 *
 * <p>It holds up to three keys: the one in use, the one being negotiated, and the one before, which stays a minute for packets under way.
 */
public final class ServerConnection {
    private final OvpnSessionId ours;
    private final OvpnSessionId theirs;
    private final ServerOut out;
    private final ServerExchange exchange;
    private final ServerKeyRing keys;
    private boolean computing;
    private @Nullable Assignment news;
    private boolean closed;
    private long armedFor = Deadline.NEVER;

    /**
     * The caller has answered the client's hard reset without keeping anything, and now holds a packet that acknowledges that answer.
     * Both resets count as delivered; ours had message id 0.
     *
     * @param ours the cookie that is this connection's session id
     * @param firstId of the client's next message: 1, or 2 after a reset with id 1
     */
    public ServerConnection(
            ServerTerms terms,
            ServerCommons commons,
            TlsContext tls,
            OvpnSessionId ours,
            OvpnSessionId theirs,
            long firstId,
            ClientContext client,
            RandomOctets random,
            ServerOut out,
            long nowNanos) {
        this.ours = ours;
        this.theirs = theirs;
        this.out = out;
        this.exchange = new ServerExchange(terms, client, commons.challenges(), random, out);
        this.keys = new ServerKeyRing(
                new ServerKeyMaker(terms, commons.budget(), tls, ours, theirs), firstId, out, nowNanos);
        arm();
    }

    public OvpnSessionId peerSessionId() {
        return theirs;
    }

    /** A control packet from the client, unwrapped. One that is not of this connection is ignored. */
    public void receive(ControlPacket packet, long nowNanos) {
        if (closed || !packet.sessionId().equals(theirs) || !packet.acks().fit(ours)) {
            return;
        }
        if (packet instanceof ControlPacket.SoftReset
                && keys.ring.find(packet.keyId()) == null
                && !exchange.asking()
                && keys.clientMayBegin(packet.keyId(), nowNanos)) {
            keys.begin(packet.keyId(), nowNanos);
        }
        ServerKey key = keys.ring.find(packet.keyId());
        if (key != null) {
            key.channel.receive(packet, nowNanos);
            run(nowNanos);
        }
    }

    /** The task of {@link ServerOut#compute} has run. */
    public void computed(long nowNanos) {
        computing = false;
        wake(nowNanos);
    }

    /** The task of {@link ServerOut#compute} was not taken: that handshake cannot go on. */
    public void overloaded(long nowNanos) {
        computing = false;
        if (!closed && keys.current().active()) {
            drop("the gateway is too busy for a renegotiation", nowNanos);
        } else {
            end(CloseReason.HANDSHAKE_FAILED, "the gateway is too busy for another handshake", nowNanos);
        }
        wake(nowNanos);
    }

    /** The answer to {@link ServerOut#authenticate}. */
    public void decided(AuthDecision decision, long nowNanos) {
        if (closed) {
            ServerExchange.forget(decision);
        } else {
            follow(exchange.decided(keys.ring.negotiating(), decision, nowNanos), nowNanos);
            wake(nowNanos);
        }
    }

    /** An answer to {@link ServerOut#admit}. */
    public void admitted(Assignment assignment, long nowNanos) {
        ServerKey key = keys.current();
        if (!closed && key.stage instanceof Stage.AwaitAdmission(ClientOffer offer)) {
            follow(exchange.admitted(key, offer, assignment, nowNanos), nowNanos);
            wake(nowNanos);
        }
    }

    /** An answer to {@link ServerOut#admit}. */
    public void refused(String clientText, String detail, boolean temporary, long nowNanos) {
        ServerKey key = keys.current();
        if (!closed && key.stage instanceof Stage.AwaitAdmission(ClientOffer offer)) {
            Refusal refusal = new Refusal(clientText, detail, temporary);
            follow(exchange.refuse(key, refusal, offer.peer(), nowNanos), nowNanos);
            wake(nowNanos);
        }
    }

    /** The time of {@link ServerOut#wakeAt} has come; too early is harmless. */
    public void wake(long nowNanos) {
        armedFor = Deadline.NEVER;
        if (!closed) {
            run(nowNanos);
        }
    }

    /** Begins new keys (AEAD limits near, or an operator asks); ignored while a renegotiation is under way, or one has just failed. */
    public void renegotiate(long nowNanos) {
        if (!closed && !exchange.asking() && keys.weMayBegin(nowNanos)) {
            keys.begin(nowNanos);
            run(nowNanos);
        }
    }

    /** What the client may have is another now: once it is up it is told what changed, if it is one that understands. */
    public void update(Assignment assignment, long nowNanos) {
        news = assignment;
        if (!closed) {
            run(nowNanos);
        }
    }

    /**
     * The session ends from our side: tells the client whether to come back, once, without waiting for an answer, and calls {@link ServerOut#close}.
     */
    public void close(CloseReason reason, String detail, long nowNanos) {
        ControlMessage farewell = Farewell.message(reason);
        if (farewell != null && !closed && keys.current().active() && !computing) {
            keys.current().channel.write(MessageOctets.of(farewell));
        }
        end(reason, detail, nowNanos);
    }

    /** A call here has thrown: wipes what there is, says nothing to anybody and calls nothing on {@code out}, now or later. */
    public void abort() {
        closed = true;
        keys.ring.each(ServerKey::close);
    }

    private void run(long now) {
        keys.ring.each(key -> advance(key, now));
        if (!closed) {
            keys.promote(now);
            expire(now);
            tellNews(now);
        }
        if (!closed) {
            flush(now);
            arm();
        }
    }

    /** Not while TLS computes, and not before the client has what the news change. */
    private void tellNews(long now) {
        Assignment waiting = news;
        if (waiting != null && !computing && !closed && keys.current().active()) {
            news = null;
            follow(exchange.update(keys.current(), waiting), now);
        }
    }

    private void advance(ServerKey key, long now) {
        if (computing || closed) {
            return;
        }
        Progress progress = key.channel.progress();
        boolean went = readAll(key, now);
        if (closed || !keys.ring.holds(key)) {
            return;
        }
        switch (progress) {
            case Progress.HasTask(Runnable task) -> {
                computing = true;
                out.compute(task);
            }
            case Progress.NeedsInput() -> {}
            case Progress.Open() -> {
                if (key.stage instanceof Stage.AwaitTls) {
                    key.stage = new Stage.AwaitKeyMethod();
                    went = readAll(key, now);
                }
            }
            case Progress.Closed() -> follow(keys.tlsClosed(key), now);
            case Progress.Failed failed -> follow(keys.tlsFailed(key, failed), now);
        }
        if (went && !closed) {
            flush(now);
        }
    }

    /** True when something was read. */
    private boolean readAll(ServerKey key, long now) {
        if (key.stage instanceof Stage.AwaitTls) {
            return false;
        }
        boolean any = false;
        for (byte[] record = key.channel.read(); record != null && !closed; record = key.channel.read()) {
            any = true;
            if (!follow(exchange.received(key, record, now), now)) {
                return true;
            }
        }
        return any;
    }

    /** False when the key that this is about is over. */
    private boolean follow(Outcome outcome, long now) {
        return switch (outcome) {
            case Outcome.GoOn() -> true;
            case Outcome.Postpone(String detail) -> {
                drop(detail, now);
                yield false;
            }
            case Outcome.End(CloseReason reason, String detail) -> {
                end(reason, detail, now);
                yield false;
            }
        };
    }

    private void expire(long now) {
        if (!follow(keys.expire(now), now)) {
            return;
        }
        if (keys.patienceDue(now)) {
            exchange.pending(keys.ring.negotiating(), now);
        }
        if (keys.tooOld(now)) {
            close(CloseReason.KEYS_EXPIRED, "no renegotiation finished", now);
        } else if (mayBegin() && keys.renewalDue(now)) {
            keys.begin(now);
        }
    }

    /** This renegotiation came to nothing. */
    private void drop(String detail, long now) {
        if (!keys.drop(now)) {
            close(CloseReason.KEYS_EXPIRED, detail, now);
        }
    }

    private void flush(long now) {
        keys.ring.each(key -> key.channel.flush(now, out::send));
    }

    private void arm() {
        long deadline = keys.deadline(mayBegin());
        if (deadline != armedFor && deadline != Deadline.NEVER) {
            armedFor = deadline;
            out.wakeAt(deadline);
        }
    }

    /** No decision about a key that was dropped is still to come: it must not be taken for another's. */
    private boolean mayBegin() {
        return keys.idle() && !exchange.asking();
    }

    private void end(CloseReason reason, String detail, long now) {
        if (closed) {
            return;
        }
        flush(now);
        closed = true;
        // A task may still run inside the handshake; it ends on its own and finds nothing to do.
        keys.ring.each(ServerKey::close);
        out.close(reason, detail);
    }
}
