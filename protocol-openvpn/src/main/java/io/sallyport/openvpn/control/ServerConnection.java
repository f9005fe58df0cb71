package io.sallyport.openvpn.control;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.session.CloseReason;
import io.sallyport.core.tls.TlsContext;
import io.sallyport.core.tls.TlsEndpoint.Progress;
import io.sallyport.openvpn.control.ServerExchange.Outcome;
import io.sallyport.openvpn.control.ServerKey.Stage;
import io.sallyport.openvpn.wire.ControlMessage;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.OvpnSessionId;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's side of one client's control channel, from the first packet after a valid stateless cookie to its end. Without clock, thread, randomness and
 * channel: what it wants done are calls on {@link ServerOut}. One caller at a time, and never from within a call on {@code out}.
 *
 * <p>It holds up to three keys: the one in use, the one being negotiated, and the one before, which stays a minute for packets under way.
 */
public final class ServerConnection {
    static final long LAME_DUCK_NANOS = 60_000_000_000L;

    private final ServerTerms terms;
    private final TlsContext tls;
    private final OvpnSessionId ours;
    private final OvpnSessionId theirs;
    private final ServerOut out;
    private final ServerExchange exchange;
    private final Renewal renewal;
    private ServerKey current;
    private @Nullable ServerKey next;
    private @Nullable ServerKey before;
    private boolean computing;
    private boolean closed;
    private long armedFor = Deadline.NEVER;

    /**
     * The caller has answered the client's hard reset without keeping anything, and now holds a packet that acknowledges that answer.
     * Both resets had message id 0 and count as delivered.
     *
     * @param ours the cookie that is this connection's session id
     */
    public ServerConnection(
            ServerTerms terms,
            TlsContext tls,
            OvpnSessionId ours,
            OvpnSessionId theirs,
            ClientContext client,
            RandomOctets random,
            ServerOut out,
            long nowNanos) {
        this.terms = terms;
        this.tls = tls;
        this.ours = ours;
        this.theirs = theirs;
        this.out = out;
        this.exchange = new ServerExchange(terms, client, random, out);
        this.renewal = new Renewal(terms.renegotiateAfter().toNanos());
        this.current = newKey(0, 1, nowNanos);
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
        ServerKey key = find(packet.keyId());
        if (key == null
                && packet instanceof ControlPacket.SoftReset
                && idle()
                && renewal.clientMayBegin(current, packet.keyId(), nowNanos)) {
            key = begin(packet.keyId(), nowNanos);
        }
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
        if (!closed && current.active()) {
            drop("the gateway is too busy for a renegotiation", nowNanos);
        } else {
            end(CloseReason.HANDSHAKE_FAILED, "the gateway is too busy for another handshake", nowNanos);
        }
        wake(nowNanos);
    }

    /** The answer to {@link ServerOut#authenticate}. */
    public void decided(AuthDecision decision, long nowNanos) {
        ServerKey key = next == null ? current : next;
        follow(exchange.decided(key, decision, nowNanos), nowNanos);
        wake(nowNanos);
    }

    /** An answer to {@link ServerOut#admit}. */
    public void admitted(Assignment assignment, long nowNanos) {
        if (!closed && current.stage instanceof Stage.AwaitAdmission(ClientOffer offer)) {
            follow(exchange.admitted(current, offer, assignment, nowNanos), nowNanos);
            wake(nowNanos);
        }
    }

    /** An answer to {@link ServerOut#admit}. */
    public void refused(String clientText, String detail, boolean temporary, long nowNanos) {
        if (!closed && current.stage instanceof Stage.AwaitAdmission(ClientOffer offer)) {
            follow(
                    exchange.refuse(current, new Refusal(clientText, detail, temporary), offer.peer(), nowNanos),
                    nowNanos);
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
        if (!closed && idle() && renewal.weMayBegin(nowNanos)) {
            begin(renewal.nextId(current), nowNanos);
            run(nowNanos);
        }
    }

    /**
     * The session ends from our side: tells the client whether to come back, once, without waiting for an answer, and calls {@link ServerOut#close}.
     */
    public void close(CloseReason reason, String detail, long nowNanos) {
        if (closed) {
            return;
        }
        ControlMessage farewell = Farewell.message(reason);
        if (farewell != null && current.active() && !computing) {
            current.channel.write(MessageOctets.of(farewell));
        }
        end(reason, detail, nowNanos);
    }

    /** A call here has thrown: wipes what there is, says nothing to anybody and calls nothing on {@code out}, now or later. */
    public void abort() {
        closed = true;
        each(KeyChannel::close);
    }

    private void run(long now) {
        advance(current, now);
        if (next != null && !closed) {
            advance(next, now);
        }
        if (before != null && !closed) {
            advance(before, now);
        }
        if (!closed) {
            promote(now);
            expire(now);
        }
        if (!closed) {
            flush(now);
            arm();
        }
    }

    private void advance(ServerKey key, long now) {
        if (computing) {
            return;
        }
        Progress progress = key.channel.progress();
        boolean went = readAll(key, now);
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
            case Progress.Closed() -> tlsEnded(key, "the client closed TLS", now);
            case Progress.Failed(Progress.Origin origin, String reason) ->
                tlsEnded(key, (origin == Progress.Origin.PEER ? "alert of the client: " : "") + reason, now);
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

    /** What the old key's TLS does no longer matters. */
    @SuppressWarnings("ReferenceEquality") // that key itself is meant
    private void tlsEnded(ServerKey key, String detail, long now) {
        if (closed || key != find(key.keyId())) {
            return;
        }
        if (key == before) {
            retire(key);
            before = null;
        } else if (key.active()) {
            end(CloseReason.CLIENT_EXIT, detail, now);
        } else if (key.stage instanceof Stage.AwaitFarewell(CloseReason reason, String why)) {
            end(reason, why, now);
        } else if (key == next) {
            // Whoever this was has not authenticated, and the key in use is not touched by it.
            drop("TLS: " + detail, now);
        } else {
            end(CloseReason.HANDSHAKE_FAILED, "TLS: " + detail, now);
        }
    }

    /** The new key takes over once the client has all that it needs for it. */
    private void promote(long now) {
        ServerKey key = next;
        if (key == null
                || !(key.stage instanceof Stage.AwaitConfirmation(ClientOffer offer))
                || !key.channel.delivered()) {
            return;
        }
        key.stage = new Stage.Active(offer);
        key.since = now;
        out.activate(key.keyId());
        if (before != null) {
            retire(before);
        }
        before = current;
        before.since = now;
        current = key;
        next = null;
        renewal.succeeded();
    }

    private void expire(long now) {
        if (before != null && now - before.since >= LAME_DUCK_NANOS) {
            retire(before);
            before = null;
        }
        ServerKey negotiating = next == null ? current : next;
        if (negotiating.stage instanceof Stage.AwaitFarewell(CloseReason reason, String detail)) {
            if (negotiating.channel.delivered() || Deadline.passed(negotiating.since, now)) {
                end(reason, detail, now);
            }
        } else if (!negotiating.active() && Deadline.passed(negotiating.finishBy, now)) {
            String detail = "the handshake took too long, waiting for " + negotiating.waitsFor();
            if (next == null) {
                end(CloseReason.HANDSHAKE_FAILED, detail, now);
            } else {
                drop(detail, now);
            }
        } else if (next == null && negotiating.active() && Deadline.passed(renewal.expiresAt(current), now)) {
            close(CloseReason.KEYS_EXPIRED, "no renegotiation finished", now);
        } else if (idle() && Deadline.passed(renewal.beginAt(current), now)) {
            begin(renewal.nextId(current), now);
        }
    }

    /** This renegotiation came to nothing: the key in use stays, while it is not too old. */
    private void drop(String detail, long now) {
        ServerKey failed = next;
        if (failed == null) {
            return;
        }
        retire(failed);
        next = null;
        renewal.failed(failed, now);
        if (Deadline.passed(renewal.expiresAt(current), now)) {
            close(CloseReason.KEYS_EXPIRED, detail, now);
        }
    }

    private void flush(long now) {
        each(channel -> channel.flush(now, out::send));
    }

    private void arm() {
        long deadline =
                Deadline.earlier(current.channel.deadline(), idle() ? renewal.beginAt(current) : Deadline.NEVER);
        ServerKey negotiating = next == null ? current : next;
        deadline = Deadline.earlier(deadline, negotiating.channel.deadline());
        if (negotiating.stage instanceof Stage.AwaitFarewell) {
            deadline = Deadline.earlier(deadline, negotiating.since);
        } else if (next == null && negotiating.active()) {
            deadline = Deadline.earlier(deadline, renewal.expiresAt(current));
        } else {
            deadline = Deadline.earlier(deadline, negotiating.finishBy);
        }
        if (before != null) {
            deadline = Deadline.earlier(
                    deadline,
                    Deadline.earlier(before.channel.deadline(), Deadline.after(before.since, LAME_DUCK_NANOS)));
        }
        if (deadline != armedFor && deadline != Deadline.NEVER) {
            armedFor = deadline;
            out.wakeAt(deadline);
        }
    }

    /** No key is being negotiated, and no decision about one that was dropped is still to come: it must not be taken for another's. */
    private boolean idle() {
        return next == null && current.active() && !exchange.asking();
    }

    private void end(CloseReason reason, String detail, long now) {
        if (closed) {
            return;
        }
        flush(now);
        closed = true;
        // A task may still run inside the handshake; it ends on its own and finds nothing to do.
        each(KeyChannel::close);
        out.close(reason, detail);
    }

    private void each(Consumer<KeyChannel> step) {
        step.accept(current.channel);
        if (next != null) {
            step.accept(next.channel);
        }
        if (before != null) {
            step.accept(before.channel);
        }
    }

    private ServerKey begin(int keyId, long now) {
        ServerKey key = newKey(keyId, 0, now);
        key.channel.sendReset(now);
        next = key;
        return key;
    }

    private ServerKey newKey(int keyId, long firstId, long now) {
        KeyChannel channel = new KeyChannel(keyId, ours, theirs, tls.newEndpoint(), firstId);
        return new ServerKey(
                channel, Deadline.after(now, terms.handshakeWithin().toNanos()));
    }

    private void retire(ServerKey key) {
        out.retire(key.keyId());
        key.channel.close();
    }

    private @Nullable ServerKey find(int keyId) {
        if (next != null && next.keyId() == keyId) {
            return next;
        }
        if (current.keyId() == keyId) {
            return current;
        }
        return before != null && before.keyId() == keyId ? before : null;
    }
}
