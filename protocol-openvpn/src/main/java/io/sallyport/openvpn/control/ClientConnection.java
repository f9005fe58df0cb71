package io.sallyport.openvpn.control;

import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.RandomOctets;
import io.sallyport.core.tls.TlsContext;
import io.sallyport.core.tls.TlsEndpoint.Progress;
import io.sallyport.openvpn.control.ClientKey.Stage;
import io.sallyport.openvpn.control.ClientOut.End;
import io.sallyport.openvpn.wire.ControlMessage;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.OvpnSessionId;
import io.sallyport.openvpn.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * A client's side of the control channel, from its hard reset to its end; like {@link ServerConnection} without clock, thread, randomness and channel. It is the other end in
 * tests, in the demo and under load, and speaks to other people's servers too.
 */
public final class ClientConnection {
    /** A client chooses its server. */
    private static final HandshakeBudget NO_BOUND = new HandshakeBudget(Long.MAX_VALUE);

    private static final long ACTIVATION_DELAY_NANOS = 5_000_000_000L;
    private static final long ASK_AGAIN_NANOS = 3_000_000_000L;

    private final ClientTerms terms;
    private final TlsContext tls;
    private final OvpnSessionId ours;
    private final ClientOut out;
    private final ClientExchange exchange;
    private @Nullable OvpnSessionId theirs;
    private final KeyRing<ClientKey> keys;
    private int triedId;
    private int nextId = 1;
    private boolean computing;
    private boolean closed;

    /** Sends the hard reset; {@code ours} is random. */
    public ClientConnection(
            ClientTerms terms, TlsContext tls, OvpnSessionId ours, RandomOctets random, ClientOut out, long nowNanos) {
        this.terms = terms;
        this.tls = tls;
        this.ours = ours;
        this.out = out;
        this.exchange = new ClientExchange(terms, random, out);
        this.keys = new KeyRing<>(newKey(0, nowNanos), out::retire);
        keys.current().channel.sendReset(nowNanos);
        run(nowNanos);
    }

    /** A control packet from the server, unwrapped. One that is not of this connection is ignored. */
    public void receive(ControlPacket packet, long nowNanos) {
        if (closed || !isOfThisConnection(packet)) {
            return;
        }
        if (keys.next() == null
                && packet instanceof ControlPacket.SoftReset
                && keys.current().stage == Stage.NOTHING
                && (packet.keyId() == keys.current().nextKeyId() || packet.keyId() == NegotiatedKey.after(triedId))) {
            begin(packet.keyId(), nowNanos);
        }
        ClientKey key = keys.find(packet.keyId());
        if (key != null) {
            key.channel.receive(packet, nowNanos);
            run(nowNanos);
        }
    }

    /** The task of {@link ClientOut#compute} has run. */
    public void computed(long nowNanos) {
        computing = false;
        wake(nowNanos);
    }

    public void wake(long nowNanos) {
        if (!closed) {
            run(nowNanos);
        }
    }

    /** Begins new keys; ignored while that is under way. */
    public void renegotiate(long nowNanos) {
        if (!closed && keys.next() == null && keys.current().stage == Stage.NOTHING) {
            begin(nextId, nowNanos);
            run(nowNanos);
        }
    }

    /** Whether {@link #close} tells the server by a control message; if not, the data channel has to (explicit exit notify). */
    public boolean exitsByMessage() {
        return exchange.exitsByMessage();
    }

    /** Leaves; says so once where the server understands it. */
    public void close(long nowNanos) {
        if (exchange.exitsByMessage() && !closed && !computing) {
            keys.current().channel.write(MessageOctets.of(new ControlMessage.Exit()));
        }
        end(End.CLOSED, "", nowNanos);
    }

    private boolean isOfThisConnection(ControlPacket packet) {
        if (!packet.acks().fit(ours)) {
            return false;
        }
        if (theirs == null && packet instanceof ControlPacket.HardResetServerV2) {
            theirs = packet.sessionId();
            keys.current().channel.meet(theirs);
        }
        return packet.sessionId().equals(theirs);
    }

    private void run(long now) {
        keys.each(key -> advance(key, now));
        if (!closed) {
            expire(now);
        }
        if (!closed) {
            flush(now);
            out.wakeAt(deadline());
        }
    }

    private void advance(ClientKey key, long now) {
        if (computing || closed) {
            return;
        }
        Progress progress = key.channel.progress();
        if (progress instanceof Progress.Open && key.stage == Stage.TLS) {
            exchange.sendKeyMethod(key, now);
        }
        readAll(key, now);
        switch (progress) {
            case Progress.HasTask(Runnable task) -> {
                computing = true;
                out.compute(task);
            }
            case Progress.NeedsInput(), Progress.Open() -> {}
            case Progress.Closed() -> tlsEnded(key, "the server closed TLS", now);
            case Progress.Failed(Progress.Origin origin, String reason) ->
                tlsEnded(key, (origin == Progress.Origin.PEER ? "alert of the server: " : "") + reason, now);
        }
    }

    private void readAll(ClientKey key, long now) {
        if (key.stage == Stage.TLS) {
            return;
        }
        try {
            for (byte[] record = key.channel.read(); record != null && !closed; record = key.channel.read()) {
                if (key.stage == Stage.KEY_METHOD) {
                    keyMethod(key, record, now);
                } else {
                    for (ControlMessage message : ControlMessage.decode(Unpooled.wrappedBuffer(record))) {
                        exchange.received(key, message, now);
                    }
                }
            }
        } catch (WireException e) {
            end(End.PROTOCOL_ERROR, String.valueOf(e.getMessage()), now);
        } catch (Ending ending) {
            end(ending.end(), ending.detail(), now);
        }
    }

    @SuppressWarnings("ReferenceEquality") // that key itself is meant
    private void keyMethod(ClientKey key, byte[] record, long now) throws WireException {
        if (exchange.keyMethod(key, record, key == keys.next(), now)) {
            keys.promote(now);
            triedId = key.keyId();
            nextId = key.nextKeyId();
        }
    }

    @SuppressWarnings("ReferenceEquality") // that key itself is meant
    private void tlsEnded(ClientKey key, String detail, long now) {
        if (key == keys.before()) {
            keys.retireBefore();
        } else {
            end(End.HANDSHAKE_FAILED, "TLS: " + detail, now);
        }
    }

    private void expire(long now) {
        keys.expire(now);
        ClientKey negotiating = keys.negotiating();
        switch (negotiating.stage) {
            case TLS, KEY_METHOD -> failLate(negotiating, now);
            case PUSH_REPLY -> {
                failLate(negotiating, now);
                if (!closed && now - negotiating.since >= ASK_AGAIN_NANOS) {
                    exchange.askForPush(negotiating, now);
                }
            }
            case ACTIVATION -> {
                if (now - negotiating.since >= ACTIVATION_DELAY_NANOS) {
                    negotiating.enter(Stage.NOTHING, now);
                    out.activate(negotiating.keyId());
                }
            }
            case NOTHING -> {
                if (Deadline.passed(renegotiateAt(negotiating), now)) {
                    begin(nextId, now);
                }
            }
        }
    }

    /** Of a later key the server may know why it does not go on with it; the key in use stays. */
    @SuppressWarnings("ReferenceEquality") // that key itself is meant
    private void failLate(ClientKey key, long now) {
        if (!Deadline.passed(key.finishBy, now)) {
            return;
        }
        if (key == keys.next()) {
            triedId = key.keyId();
            nextId = key.channel.heard() ? key.nextKeyId() : triedId;
            keys.dropNext();
            keys.current().enter(Stage.NOTHING, now);
        } else {
            end(End.HANDSHAKE_FAILED, "the server did not answer in time, waiting for " + key.stage, now);
        }
    }

    private long deadline() {
        ClientKey negotiating = keys.negotiating();
        long own = switch (negotiating.stage) {
            case TLS, KEY_METHOD -> negotiating.finishBy;
            case PUSH_REPLY ->
                Deadline.earlier(negotiating.finishBy, Deadline.after(negotiating.since, ASK_AGAIN_NANOS));
            case ACTIVATION -> Deadline.after(negotiating.since, ACTIVATION_DELAY_NANOS);
            case NOTHING -> renegotiateAt(negotiating);
        };
        return Deadline.earlier(keys.deadline(), own);
    }

    private long renegotiateAt(ClientKey key) {
        return terms.renegotiateAfter().isZero()
                ? Deadline.NEVER
                : Deadline.after(key.since, terms.renegotiateAfter().toNanos());
    }

    private void flush(long now) {
        keys.each(key -> key.channel.flush(now, out::send));
    }

    private void end(End end, String detail, long now) {
        if (closed) {
            return;
        }
        flush(now);
        closed = true;
        keys.each(ClientKey::close);
        exchange.close();
        out.close(end, detail);
    }

    private void begin(int keyId, long now) {
        ClientKey key = newKey(keyId, now);
        key.channel.sendReset(now);
        keys.begin(key);
    }

    private ClientKey newKey(int keyId, long now) {
        KeyChannel channel = new KeyChannel(keyId, ours, theirs, tls.newEndpoint(), 0, NO_BOUND);
        return new ClientKey(
                channel, now, Deadline.after(now, terms.handshakeWithin().toNanos()));
    }
}
