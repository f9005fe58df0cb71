package io.sallyport.sstp.control;

import static io.sallyport.sstp.control.Ends.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.sstp.wire.ControlMessage;
import io.sallyport.sstp.wire.ControlMessage.CallConnected;
import io.sallyport.sstp.wire.ControlMessages;
import io.sallyport.sstp.wire.CryptoBinding;
import io.sallyport.sstp.wire.HashProtocol;
import io.sallyport.sstp.wire.HigherLayerKeys;
import io.sallyport.sstp.wire.Samples;
import io.sallyport.sstp.wire.SstpPacket;
import io.sallyport.sstp.wire.WireException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ServerCall} whose client and authenticator do what octets say: one octet a step, with a length of one octet and a control message, or with seconds, where
 * the step wants them. Whatever they say, the call keeps its word, and nobody is connected who was not bound.
 */
final class CallScript implements CallOut {
    static final int MESSAGE = 0;
    static final int AUTHENTICATED = 1;
    static final int AUTHENTICATED_WITHOUT_KEYS = 2;
    static final int WAIT = 3;
    static final int DISCONNECT = 4;
    static final int ABORT = 5;
    static final int LOST = 6;
    private static final int STEPS = 7;

    /** The farewell with what it answers. */
    private static final int MOST_MESSAGES = 2;

    private static final int REST_SECONDS = 200;

    private final ByteBuf script;
    private final ServerCall call;
    private final Set<CallConnected> bindings = new HashSet<>();
    private long now = Long.MAX_VALUE - 20 * SECOND;
    private @Nullable Octets key;
    private boolean pppStarted;
    private boolean connected;
    private boolean over;
    private boolean gone;
    private int messages;
    private @Nullable Long wakeAt;

    CallScript(byte[] octets) {
        script = Unpooled.wrappedBuffer(octets);
        call = new ServerCall(Ends.terms(Set.of(HashProtocol.values())), Ends.SHOWN, Samples.NONCE, this, now);
    }

    void run() {
        while (script.isReadable()) {
            step(script.readUnsignedByte() % STEPS);
            messages = 0;
            assertThat(call.carriesData()).isEqualTo(connected && !over && !gone);
            assertThat(call.carriesControl()).isEqualTo(pppStarted && !over && !gone);
        }
        // A client that says nothing more is gone, connected or not.
        waitFor(REST_SECONDS);
        assertThat(gone).isTrue();
    }

    private void step(int step) {
        switch (step) {
            case MESSAGE -> message();
            case AUTHENTICATED -> authenticated(Samples.HLAK_SHA256);
            case AUTHENTICATED_WITHOUT_KEYS -> authenticated(Octets.of(new byte[CryptoBinding.HLAK_OCTETS]));
            case WAIT -> waitFor(script.isReadable() ? script.readUnsignedByte() : 1);
            case DISCONNECT -> call.disconnect("as told", now);
            case ABORT -> call.abort("as told", now);
            default -> {
                call.lost();
                gone = true;
                wakeAt = null;
            }
        }
    }

    private void message() {
        int said = script.isReadable() ? script.readUnsignedByte() : 0;
        ByteBuf message = script.readSlice(Math.min(said, script.readableBytes()));
        try {
            if (ControlMessages.decode(message.duplicate()) instanceof CallConnected binding) {
                bindings.add(binding);
            }
        } catch (WireException expected) {
            // the call says so
        }
        call.heard(now);
        call.receive(message, now);
    }

    /** Once: PPP asks nobody again. */
    private void authenticated(Octets hlak) {
        if (key == null) {
            key = hlak;
            try (Secret secret = Secret.taking(hlak.toByteArray())) {
                call.authenticated(HigherLayerKeys.of(secret), now);
            }
        }
    }

    private void waitFor(int seconds) {
        long until = now + seconds * SECOND;
        int wakes = 0;
        for (Long at = wakeAt; at != null && at - until <= 0; at = wakeAt) {
            assertThat(++wakes).as("wakes in %d seconds", seconds).isLessThan(seconds + 10);
            wakeAt = null;
            messages = 0;
            now = at - now > 0 ? at : now;
            call.wake(now);
        }
        now = until;
    }

    @Override
    public void send(ControlMessage message) {
        assertThat(gone).as("sends after its end").isFalse();
        assertThat(++messages).as("messages").isLessThanOrEqualTo(MOST_MESSAGES);
        ByteBuf packet = Unpooled.buffer();
        ControlMessages.encode(message, packet);
        assertThat(packet.readableBytes()).isLessThanOrEqualTo(SstpPacket.MAX_OCTETS);
    }

    @Override
    public void startPpp() {
        assertThat(pppStarted || over).isFalse();
        pppStarted = true;
    }

    @Override
    public void connected() {
        assertThat(connected || over).isFalse();
        Octets hlak = key;
        if (hlak == null) {
            throw new AssertionError("connected without authentication");
        }
        try (Secret secret = Secret.taking(hlak.toByteArray())) {
            assertThat(bindings)
                    .containsAnyOf(
                            right(secret, HashProtocol.SHA256, Samples.CERTIFICATE_SHA256),
                            right(
                                    secret,
                                    HashProtocol.SHA256,
                                    Ends.SHOWN.sha256().getFirst()),
                            right(secret, HashProtocol.SHA1, Samples.CERTIFICATE_SHA1));
        }
        connected = true;
    }

    private static CallConnected right(Secret hlak, HashProtocol protocol, Octets certificate) {
        return CryptoBinding.sign(hlak, protocol, Samples.NONCE, certificate);
    }

    @Override
    public void over(CallEnd end) {
        assertThat(over).as("over twice").isFalse();
        over = true;
    }

    @Override
    public void ignored(ControlMessage message) {
        assertThat(over || gone).isTrue();
    }

    @Override
    public void wakeAt(long nanos) {
        assertThat(gone).isFalse();
        wakeAt = nanos;
    }

    @Override
    public void hangUp() {
        assertThat(over).isTrue();
        assertThat(gone).as("hangs up twice").isFalse();
        gone = true;
        wakeAt = null;
    }
}
