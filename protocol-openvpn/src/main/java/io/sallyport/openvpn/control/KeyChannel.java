package io.sallyport.openvpn.control;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.tls.TlsEndpoint;
import io.sallyport.core.tls.TlsEndpoint.Progress;
import io.sallyport.openvpn.control.ReliableSender.Entry;
import io.sallyport.openvpn.control.ReliableSender.Kind;
import io.sallyport.openvpn.wire.Acks;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.OvpnSessionId;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The control channel of one key id: TLS over messages that arrive. Both ends use it. */
final class KeyChannel {
    /** With headers, tls-crypt and acknowledgements this stays below the 1250 octets that peers send themselves. */
    static final int MAX_PAYLOAD = 1100;

    /** What a peer may make us take in for one key before it has proven itself. */
    static final int MAX_UNPROVEN_OCTETS = 128 * 1024;

    private final int keyId;
    private final OvpnSessionId ours;
    private @Nullable OvpnSessionId theirs;
    private final TlsEndpoint tls;
    private final ReliableSender sender;
    private final ReliableReceiver receiver;
    private final HandshakeBudget.Share share;
    private boolean proven;
    private boolean overrun;
    private boolean broke;
    private long taken;

    /** @param firstId the first message id of both directions: 0, or 1 when the resets have been exchanged without this object */
    KeyChannel(
            int keyId,
            OvpnSessionId ours,
            @Nullable OvpnSessionId theirs,
            TlsEndpoint tls,
            long firstId,
            HandshakeBudget budget) {
        this.keyId = keyId;
        this.ours = ours;
        this.theirs = theirs;
        this.tls = tls;
        this.sender = new ReliableSender(firstId);
        this.receiver = new ReliableReceiver(firstId);
        this.share = budget.share();
    }

    /** The first message id that the peer uses, where that is not what both use; before anything has come. */
    void expect(long firstId) {
        receiver.expect(firstId);
    }

    int keyId() {
        return keyId;
    }

    OvpnSessionId ours() {
        return ours;
    }

    OvpnSessionId theirs() {
        return Objects.requireNonNull(theirs, "nobody has answered yet");
    }

    TlsEndpoint tls() {
        return tls;
    }

    void sendReset(long now) {
        sender.add(keyId == 0 ? Kind.HARD_RESET : Kind.SOFT_RESET, Octets.EMPTY, now);
    }

    /** A client learns the server's session id from its reset. */
    void meet(OvpnSessionId peer) {
        theirs = peer;
    }

    /** Takes what the packet carries and acknowledges; session ids were compared before. */
    void receive(ControlPacket packet, long now) {
        packet.acks().messageIds().forEach(id -> sender.acknowledge(id, now));
        if (packet instanceof ControlPacket.Message message) {
            receiver.accept(message.messageId(), message.payload());
        }
    }

    /** The peer is who it says: the bound on what it may send ends. */
    void proven() {
        proven = true;
        share.giveBack();
    }

    /** Whether the peer has begun TLS. */
    boolean heard() {
        return taken > 0;
    }

    /** Feeds TLS with what came and moves it on; not while a task of it runs. */
    Progress progress() {
        for (Octets payload = receiver.next(); payload != null; payload = receiver.next()) {
            taken += payload.length();
            byte[] octets = payload.toByteArray();
            broke |= !proven && !broke && !share.covers(taken);
            overrun |= broke || (!proven && taken > MAX_UNPROVEN_OCTETS) || !tls.feed(octets, 0, octets.length);
        }
        if (overrun) {
            String reason = broke ? "all handshakes together hold too much" : "more octets than a handshake has";
            return new Progress.Failed(Progress.Origin.OURS, reason);
        }
        // Before the peer's reset there is nobody to talk to.
        return receiver.nextId() == 0 ? new Progress.NeedsInput() : tls.progress();
    }

    /** False when the peer does not take what was sent before. */
    boolean write(byte[] plaintext) {
        return tls.write(plaintext, 0, plaintext.length);
    }

    /** The plaintext of one record, or null. */
    byte @Nullable [] read() {
        return tls.read();
    }

    /** Sends what is due: new messages as far as the window allows, old ones again, acknowledgements with them or alone. */
    void flush(long now, Consumer<ControlPacket> out) {
        while (sender.hasRoom() && tls.pending() > 0) {
            byte[] piece = tls.drain(MAX_PAYLOAD);
            sender.add(Kind.CONTROL, Octets.of(piece), now);
            Arrays.fill(piece, (byte) 0);
        }
        for (Entry entry = sender.due(now); entry != null; entry = sender.due(now)) {
            out.accept(packet(entry, acksWithMessage()));
        }
        OvpnSessionId peer = theirs;
        while (peer != null && receiver.hasAcks()) {
            out.accept(new ControlPacket.Ack(keyId, ours, Acks.of(peer, receiver.takeAcks(Acks.MAX))));
        }
    }

    /** Whether the peer has everything that was written. */
    boolean delivered() {
        return sender.isEmpty() && tls.pending() == 0;
    }

    long deadline() {
        return sender.deadline();
    }

    void close() {
        share.giveBack();
        tls.close();
    }

    private Acks acksWithMessage() {
        OvpnSessionId peer = theirs;
        return peer == null ? Acks.NONE : Acks.of(peer, receiver.takeAndRepeatAcks(Acks.MAX_WITH_MESSAGE));
    }

    private ControlPacket packet(Entry entry, Acks acks) {
        return switch (entry.kind) {
            case HARD_RESET -> new ControlPacket.HardResetClientV2(ours, acks, entry.id, entry.payload);
            case SOFT_RESET -> new ControlPacket.SoftReset(keyId, ours, acks, entry.id, entry.payload);
            case CONTROL -> new ControlPacket.Control(keyId, ours, acks, entry.id, entry.payload);
        };
    }
}
