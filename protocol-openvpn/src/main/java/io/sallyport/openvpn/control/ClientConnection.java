package io.sallyport.openvpn.control;

import io.netty.buffer.Unpooled;
import io.sallyport.core.tls.TlsContext;
import io.sallyport.core.tls.TlsEndpoint.Progress;
import io.sallyport.openvpn.control.ClientKey.Stage;
import io.sallyport.openvpn.control.ClientOut.End;
import io.sallyport.openvpn.wire.ControlMessage;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.DataFormat;
import io.sallyport.openvpn.wire.DataPacket;
import io.sallyport.openvpn.wire.KeyMethod2;
import io.sallyport.openvpn.wire.OvpnSessionId;
import io.sallyport.openvpn.wire.PeerInfo;
import io.sallyport.openvpn.wire.PushReply;
import io.sallyport.openvpn.wire.WireException;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's side of the control channel, from its hard reset to its end; like {@link ServerConnection} without clock, thread, randomness and channel. It is the other end in
 * tests, in the demo and under load, and speaks to other people's servers too, given that they derive data keys by tls-ekm.
 */
public final class ClientConnection {
    private static final long LAME_DUCK_NANOS = 60_000_000_000L;
    private static final long ACTIVATION_DELAY_NANOS = 5_000_000_000L;
    private static final long ASK_AGAIN_NANOS = 3_000_000_000L;

    private final ClientTerms terms;
    private final TlsContext tls;
    private final OvpnSessionId ours;
    private final RandomOctets random;
    private final ClientOut out;
    private final PushReply.Assembler pushed = new PushReply.Assembler();
    private @Nullable OvpnSessionId theirs;
    private @Nullable DataCipher cipher;
    private DataFormat format = DataFormat.PACKET_ID;
    private boolean exitByMessage;
    private int peerId = DataPacket.NO_PEER_ID;
    private ClientKey current;
    private @Nullable ClientKey next;
    private @Nullable ClientKey before;
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
        this.random = random;
        this.out = out;
        this.current = newKey(0, nowNanos);
        current.channel.sendReset(nowNanos);
        run(nowNanos);
    }

    /** A control packet from the server, unwrapped. One that is not of this connection is ignored. */
    public void receive(ControlPacket packet, long nowNanos) {
        if (closed || !isOfThisConnection(packet)) {
            return;
        }
        if (next == null
                && packet instanceof ControlPacket.SoftReset
                && current.stage == Stage.NOTHING
                && (packet.keyId() == current.nextKeyId() || packet.keyId() == ServerKey.after(triedId))) {
            begin(packet.keyId(), nowNanos);
        }
        ClientKey key = find(packet.keyId());
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
        if (!closed && next == null && current.stage == Stage.NOTHING) {
            begin(nextId, nowNanos);
            run(nowNanos);
        }
    }

    /** Whether {@link #close} tells the server by a control message; if not, the data channel has to (explicit exit notify). */
    public boolean exitsByMessage() {
        return exitByMessage;
    }

    /** Leaves; says so once where the server understands it. */
    public void close(long nowNanos) {
        if (exitByMessage && !closed && !computing) {
            current.channel.write(MessageOctets.of(new ControlMessage.Exit()));
        }
        end(End.CLOSED, "", nowNanos);
    }

    private boolean isOfThisConnection(ControlPacket packet) {
        if (!packet.acks().fit(ours)) {
            return false;
        }
        if (theirs == null && packet instanceof ControlPacket.HardResetServerV2) {
            theirs = packet.sessionId();
            current.channel.meet(theirs);
        }
        return packet.sessionId().equals(theirs);
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
            expire(now);
        }
        if (!closed) {
            flush(now);
            out.wakeAt(deadline());
        }
    }

    private void advance(ClientKey key, long now) {
        if (computing) {
            return;
        }
        Progress progress = key.channel.progress();
        if (progress instanceof Progress.Open && key.stage == Stage.TLS) {
            sendKeyMethod(key, now);
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

    private void sendKeyMethod(ClientKey key, long now) {
        try (KeyMethod2.Client message = terms.keyMethod(random)) {
            byte[] octets = MessageOctets.of(message);
            key.channel.write(octets);
            Arrays.fill(octets, (byte) 0);
        }
        key.channel.proven();
        key.enter(Stage.KEY_METHOD, now);
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
                        received(key, message, now);
                    }
                }
            }
        } catch (WireException e) {
            end(End.PROTOCOL_ERROR, String.valueOf(e.getMessage()), now);
        }
    }

    @SuppressWarnings("ReferenceEquality") // that key itself is meant
    private void keyMethod(ClientKey key, byte[] record, long now) throws WireException {
        KeyMethod2.decodeServer(Unpooled.wrappedBuffer(record)).close();
        DataCipher agreed = cipher;
        if (key == current || agreed == null) {
            key.enter(Stage.PUSH_REPLY, now);
            if (!terms.announces(PeerInfo.PROTO_REQUEST_PUSH)) {
                askForPush(key, now);
            }
            return;
        }
        out.install(key.keyId(), peerId, DataKeys.exported(key.channel.tls()), agreed, format);
        key.enter(Stage.ACTIVATION, now);
        if (before != null) {
            retire(before);
        }
        before = current;
        before.since = now;
        current = key;
        next = null;
        triedId = key.keyId();
        nextId = key.nextKeyId();
    }

    private void received(ClientKey key, ControlMessage message, long now) {
        if (closed) {
            return;
        }
        switch (message) {
            case ControlMessage.PushReplyPart part -> pushReply(key, part, now);
            case ControlMessage.AuthFailed failed -> end(End.AUTH_FAILED, failed.reason(), now);
            case ControlMessage.Restart restart -> end(End.RESTART, restart.parameters(), now);
            case ControlMessage.Halt halt -> end(End.HALT, halt.reason(), now);
            case ControlMessage.Exit exit -> end(End.RESTART, "the server left", now);
            case ControlMessage.PushRequest request -> {}
            case ControlMessage.AuthPending pending -> {}
            case ControlMessage.Information information -> {}
            case ControlMessage.ChallengeResponse response -> {}
            case ControlMessage.Unknown unknown -> {}
        }
    }

    private void pushReply(ClientKey key, ControlMessage.PushReplyPart part, long now) {
        if (key.stage != Stage.PUSH_REPLY) {
            return;
        }
        try {
            if (pushed.add(part)) {
                establish(key, pushed.reply(), now);
            }
        } catch (WireException e) {
            end(End.PROTOCOL_ERROR, String.valueOf(e.getMessage()), now);
        }
    }

    private void establish(ClientKey key, PushReply reply, long now) {
        String flags = " " + reply.value("protocol-flags") + " ";
        if (!flags.contains(" tls-ekm ") && !reply.value("key-derivation").equals("tls-ekm")) {
            end(End.HANDSHAKE_FAILED, "the server does not derive keys by tls-ekm", now);
            return;
        }
        DataCipher agreed = DataCipher.named(reply.value("cipher"));
        if (agreed == null || !terms.ciphers().contains(agreed)) {
            end(End.HANDSHAKE_FAILED, "the server chose the cipher '" + reply.value("cipher") + "'", now);
            return;
        }
        peerId = reply.peerId();
        if (flags.contains(" aead-epoch ")) {
            if (!terms.announces(PeerInfo.PROTO_DATA_EPOCH) || peerId == DataPacket.NO_PEER_ID) {
                end(End.HANDSHAKE_FAILED, "the server chose aead-epoch, which was not agreed", now);
                return;
            }
            format = DataFormat.EPOCH;
        }
        cipher = agreed;
        exitByMessage = flags.contains(" cc-exit ");
        out.install(key.keyId(), peerId, DataKeys.exported(key.channel.tls()), agreed, format);
        out.activate(key.keyId());
        key.enter(Stage.NOTHING, now);
        out.up(new ClientOut.Up(
                reply, agreed, key.channel.tls().version(), key.channel.tls().cipherSuite()));
    }

    private void askForPush(ClientKey key, long now) {
        key.since = now;
        key.channel.write(MessageOctets.of(new ControlMessage.PushRequest()));
    }

    @SuppressWarnings("ReferenceEquality") // that key itself is meant
    private void tlsEnded(ClientKey key, String detail, long now) {
        if (key == before) {
            retire(key);
            before = null;
        } else {
            end(End.HANDSHAKE_FAILED, "TLS: " + detail, now);
        }
    }

    private void expire(long now) {
        if (before != null && Deadline.passed(Deadline.after(before.since, LAME_DUCK_NANOS), now)) {
            retire(before);
            before = null;
        }
        ClientKey negotiating = next == null ? current : next;
        switch (negotiating.stage) {
            case TLS, KEY_METHOD -> failLate(negotiating, now);
            case PUSH_REPLY -> {
                failLate(negotiating, now);
                if (!closed && now - negotiating.since >= ASK_AGAIN_NANOS) {
                    askForPush(negotiating, now);
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
        if (key == next) {
            triedId = key.keyId();
            nextId = key.channel.heard() ? key.nextKeyId() : triedId;
            retire(key);
            next = null;
            current.enter(Stage.NOTHING, now);
        } else {
            end(End.HANDSHAKE_FAILED, "the server did not answer in time, waiting for " + key.stage, now);
        }
    }

    private long deadline() {
        ClientKey negotiating = next == null ? current : next;
        long deadline = Deadline.earlier(current.channel.deadline(), negotiating.channel.deadline());
        if (before != null) {
            deadline = Deadline.earlier(
                    deadline,
                    Deadline.earlier(before.channel.deadline(), Deadline.after(before.since, LAME_DUCK_NANOS)));
        }
        long own = switch (negotiating.stage) {
            case TLS, KEY_METHOD -> negotiating.finishBy;
            case PUSH_REPLY ->
                Deadline.earlier(negotiating.finishBy, Deadline.after(negotiating.since, ASK_AGAIN_NANOS));
            case ACTIVATION -> Deadline.after(negotiating.since, ACTIVATION_DELAY_NANOS);
            case NOTHING -> renegotiateAt(negotiating);
        };
        return Deadline.earlier(deadline, own);
    }

    private long renegotiateAt(ClientKey key) {
        return terms.renegotiateAfter().isZero()
                ? Deadline.NEVER
                : Deadline.after(key.since, terms.renegotiateAfter().toNanos());
    }

    private void flush(long now) {
        each(channel -> channel.flush(now, out::send));
    }

    private void end(End end, String detail, long now) {
        if (closed) {
            return;
        }
        flush(now);
        closed = true;
        each(KeyChannel::close);
        out.close(end, detail);
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

    private void begin(int keyId, long now) {
        ClientKey key = newKey(keyId, now);
        key.channel.sendReset(now);
        next = key;
    }

    private ClientKey newKey(int keyId, long now) {
        KeyChannel channel = new KeyChannel(keyId, ours, theirs, tls.newEndpoint(), 0);
        return new ClientKey(
                channel, now, Deadline.after(now, terms.handshakeWithin().toNanos()));
    }

    private void retire(ClientKey key) {
        out.retire(key.keyId());
        key.channel.close();
    }

    private @Nullable ClientKey find(int keyId) {
        if (next != null && next.keyId() == keyId) {
            return next;
        }
        if (current.keyId() == keyId) {
            return current;
        }
        return before != null && before.keyId() == keyId ? before : null;
    }
}
