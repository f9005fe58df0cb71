package io.sallyport.openvpn.control;

import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.RandomOctets;
import io.sallyport.core.octets.Secret;
import io.sallyport.openvpn.control.ClientKey.Stage;
import io.sallyport.openvpn.control.ClientOut.End;
import io.sallyport.openvpn.wire.ControlMessage;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.DataFormat;
import io.sallyport.openvpn.wire.DataPacket;
import io.sallyport.openvpn.wire.KeyMethod2;
import io.sallyport.openvpn.wire.PeerInfo;
import io.sallyport.openvpn.wire.PushReply;
import io.sallyport.openvpn.wire.PushUpdate;
import io.sallyport.openvpn.wire.WireException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a client says inside TLS and what it is told there: the counterpart of {@link ServerExchange}. */
final class ClientExchange implements AutoCloseable {
    private static final String TIMEOUT = "timeout ";
    private static final long MAX_PENDING_SECONDS = 3600;

    private final ClientTerms terms;
    private final RandomOctets random;
    private final ClientOut out;
    private final PushReply.Assembler pushed = new PushReply.Assembler();
    private final PushUpdate.Assembler updates = new PushUpdate.Assembler();
    private PushReply reply = new PushReply(java.util.List.of());
    private @Nullable DataCipher cipher;
    private @Nullable Secret token;
    private DataFormat format = DataFormat.PACKET_ID;
    private boolean exported;
    private boolean exitByMessage;
    private int peerId = DataPacket.NO_PEER_ID;

    ClientExchange(ClientTerms terms, RandomOctets random, ClientOut out) {
        this.terms = terms;
        this.random = random;
        this.out = out;
    }

    boolean exitsByMessage() {
        return exitByMessage;
    }

    void sendKeyMethod(ClientKey key, long now) {
        try (KeyMethod2.Client message = terms.keyMethod(random, token)) {
            key.sources.keep(message);
            byte[] octets = MessageOctets.of(message);
            key.channel.write(octets);
            Arrays.fill(octets, (byte) 0);
        }
        key.channel.proven();
        key.enter(Stage.KEY_METHOD, now);
    }

    /** True when that has made a later key, which takes over. */
    boolean keyMethod(ClientKey key, byte[] record, boolean later, long now) throws WireException {
        try (KeyMethod2.Server message = KeyMethod2.decodeServer(Unpooled.wrappedBuffer(record))) {
            key.sources.keep(message);
        }
        DataCipher agreed = cipher;
        if (later && agreed != null) {
            out.install(key.keyId(), peerId, DataKeys.ofClient(key, exported), agreed, format);
            key.enter(Stage.ACTIVATION, now);
            return true;
        }
        key.enter(Stage.PUSH_REPLY, now);
        if (!terms.announces(PeerInfo.PROTO_REQUEST_PUSH)) {
            askForPush(key, now);
        }
        return false;
    }

    void askForPush(ClientKey key, long now) {
        key.since = now;
        key.channel.write(MessageOctets.of(new ControlMessage.PushRequest()));
    }

    void received(ClientKey key, ControlMessage message, long now) throws WireException, Ending {
        switch (message) {
            case ControlMessage.PushReplyPart part -> {
                if (key.stage == Stage.PUSH_REPLY && pushed.add(part)) {
                    establish(key, pushed.reply(), now);
                }
            }
            case ControlMessage.PushUpdatePart part -> {
                if (terms.announces(PeerInfo.PROTO_PUSH_UPDATE) && cipher != null && updates.add(part)) {
                    reply = updates.update().applyTo(reply);
                    out.updated(reply);
                }
            }
            case ControlMessage.AuthPending pending -> wait(key, pending.parameters(), now);
            case ControlMessage.AuthFailed failed -> throw new Ending(End.AUTH_FAILED, failed.reason());
            case ControlMessage.Restart restart -> throw new Ending(End.RESTART, restart.parameters());
            case ControlMessage.Halt halt -> throw new Ending(End.HALT, halt.reason());
            case ControlMessage.Exit exit -> throw new Ending(End.RESTART, "the server left");
            case ControlMessage.PushRequest request -> {}
            case ControlMessage.Information information -> {}
            case ControlMessage.ChallengeResponse response -> {}
            case ControlMessage.Unknown unknown -> {}
        }
    }

    /** The decision takes longer. */
    private void wait(ClientKey key, String parameters, long now) {
        long nanos = terms.handshakeWithin().toNanos();
        if (terms.announces(PeerInfo.PROTO_AUTH_PENDING_KEYWORDS) && parameters.startsWith(TIMEOUT)) {
            try {
                long seconds = Long.parseLong(parameters.substring(TIMEOUT.length()));
                nanos = Math.max(nanos, Math.clamp(seconds, 0, MAX_PENDING_SECONDS) * 1_000_000_000L);
            } catch (NumberFormatException e) {
                // Then the usual time it is.
            }
        }
        key.finishBy = Deadline.after(now, nanos);
    }

    private void establish(ClientKey key, PushReply told, long now) throws Ending {
        String flags = " " + told.value("protocol-flags") + " ";
        exported = flags.contains(" tls-ekm ") || told.value("key-derivation").equals("tls-ekm");
        if (exported && !terms.announces(PeerInfo.PROTO_TLS_KEY_EXPORT)) {
            throw new Ending(End.HANDSHAKE_FAILED, "the server derives keys in a way that we did not announce");
        }
        String name = told.value("cipher");
        DataCipher agreed =
                name.isEmpty() && !terms.ciphers().isEmpty() ? terms.ciphers().getFirst() : DataCipher.named(name);
        if (agreed == null || !terms.ciphers().contains(agreed)) {
            throw new Ending(End.HANDSHAKE_FAILED, "the server chose the cipher '" + name + "'");
        }
        reply = told;
        cipher = agreed;
        exitByMessage = flags.contains(" cc-exit ");
        peerId = told.peerId();
        format = format(flags);
        keepToken(told.value("auth-token"));
        out.install(key.keyId(), peerId, DataKeys.ofClient(key, exported), agreed, format);
        out.activate(key.keyId());
        if (flags.contains(" dyn-tls-crypt ")) {
            out.protectRenegotiations(DataKeys.dynamicTlsCrypt(key.channel.tls()));
        }
        key.enter(Stage.NOTHING, now);
        out.up(new ClientOut.Up(
                told, agreed, key.channel.tls().version(), key.channel.tls().cipherSuite()));
    }

    private DataFormat format(String flags) throws Ending {
        if (!flags.contains(" aead-epoch ")) {
            return DataFormat.PACKET_ID;
        }
        if (!terms.announces(PeerInfo.PROTO_DATA_EPOCH) || !exported || peerId == DataPacket.NO_PEER_ID) {
            throw new Ending(End.HANDSHAKE_FAILED, "the server chose aead-epoch, which was not agreed");
        }
        return DataFormat.EPOCH;
    }

    private void keepToken(String text) {
        if (!text.isEmpty()) {
            close();
            token = Secret.taking(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() {
        if (token != null) {
            token.close();
            token = null;
        }
    }
}
