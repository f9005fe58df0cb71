package io.sallyport.sstp.control;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.sstp.wire.AttributeId;
import io.sallyport.sstp.wire.ControlMessage;
import io.sallyport.sstp.wire.ControlMessage.CallAbort;
import io.sallyport.sstp.wire.ControlMessage.CallConnectAck;
import io.sallyport.sstp.wire.ControlMessage.CallConnectNak;
import io.sallyport.sstp.wire.ControlMessage.CallConnectRequest;
import io.sallyport.sstp.wire.ControlMessage.CallConnected;
import io.sallyport.sstp.wire.ControlMessage.CallDisconnect;
import io.sallyport.sstp.wire.ControlMessage.CallDisconnectAck;
import io.sallyport.sstp.wire.ControlMessage.EchoRequest;
import io.sallyport.sstp.wire.ControlMessage.EchoResponse;
import io.sallyport.sstp.wire.ControlMessages;
import io.sallyport.sstp.wire.CryptoBinding;
import io.sallyport.sstp.wire.HashProtocol;
import io.sallyport.sstp.wire.Status;
import io.sallyport.sstp.wire.StatusInfo;
import io.sallyport.sstp.wire.WireException;
import java.util.function.Function;

/** The client's end of one call, MS-SSTP §3.2. The same rules as for {@link ServerCall}. */
public final class ClientCall {
    /** Windows retries as often. */
    static final int MAX_RETRIES = 3;

    private sealed interface State {}

    /** Client_Connect_Request_Sent. */
    private record AwaitAck(int retries, long untilNanos) implements State {}

    /** Client_Connect_Ack_Received. */
    private record AwaitAuthentication(HashProtocol protocol, Octets nonce, long untilNanos) implements State {}

    /** Client_Call_Connected. */
    private record Connected() implements State {}

    private record Over() implements State {}

    private final CallTerms terms;
    private final Function<HashProtocol, Octets> certificateHash;
    private final BindingHabit habit;
    private final CallOut out;
    private final Farewell farewell;
    private final Hello hello;
    private State state;

    /**
     * Sends the request.
     *
     * @param certificateHash of the leaf certificate that the server has shown
     */
    public ClientCall(
            CallTerms terms,
            Function<HashProtocol, Octets> certificateHash,
            BindingHabit habit,
            CallOut out,
            long nowNanos) {
        this.terms = terms;
        this.certificateHash = certificateHash;
        this.habit = habit;
        this.out = out;
        this.farewell = new Farewell(out);
        this.hello = new Hello(terms.helloAfter().toNanos(), nowNanos);
        this.state = new Over();
        request(0, nowNanos);
    }

    private void request(int retries, long nowNanos) {
        long until = nowNanos + terms.requestWithin().toNanos();
        state = new AwaitAck(retries, until);
        out.wakeAt(until);
        out.send(new CallConnectRequest());
    }

    public boolean carriesControl() {
        return state instanceof AwaitAuthentication || state instanceof Connected;
    }

    public boolean carriesData() {
        return state instanceof Connected;
    }

    public void heard(long nowNanos) {
        hello.heard(nowNanos);
    }

    /** @param octets a control message without the packet's header; borrowed */
    public void receive(ByteBuf octets, long nowNanos) {
        ControlMessage message;
        try {
            message = ControlMessages.decode(octets);
        } catch (WireException e) {
            abort(e.reasons().getFirst(), CallEnd.Cause.PROTOCOL, String.valueOf(e.getMessage()), nowNanos);
            return;
        }
        if (farewell.hasBegun()) {
            farewell.receive(message, nowNanos);
            return;
        }
        switch (message) {
            case CallConnectAck acknowledgment -> acknowledged(acknowledgment, nowNanos);
            case CallConnectNak refusal -> refused(refusal, nowNanos);
            case CallAbort(StatusInfo why) -> {
                state = new Over();
                farewell.abortedByPeer(why, nowNanos);
            }
            case CallDisconnect _ -> {
                state = new Over();
                farewell.disconnectedByPeer(nowNanos);
            }
            case EchoRequest _ -> {
                if (state instanceof Connected) {
                    out.send(new EchoResponse());
                } else {
                    unexpected(message, nowNanos);
                }
            }
            case EchoResponse _ -> {
                if (!(state instanceof Connected)) {
                    unexpected(message, nowNanos);
                }
            }
            case CallConnectRequest _, CallConnected _, CallDisconnectAck _ -> unexpected(message, nowNanos);
        }
    }

    private void acknowledged(CallConnectAck acknowledgment, long nowNanos) {
        if (!(state instanceof AwaitAck)) {
            unexpected(acknowledgment, nowNanos);
            return;
        }
        HashProtocol chosen = null;
        // "If more than one hash protocol is supported, a stronger one is chosen": they are in that order.
        for (HashProtocol protocol : HashProtocol.values()) {
            if (acknowledgment.offers(protocol) && terms.hashProtocols().contains(protocol)) {
                chosen = protocol;
            }
        }
        if (chosen == null) {
            abort(
                    StatusInfo.of(AttributeId.CRYPTO_BINDING_REQ, Status.VALUE_NOT_SUPPORTED),
                    CallEnd.Cause.PROTOCOL,
                    "the server offers no hash protocol that is supported",
                    nowNanos);
            return;
        }
        long until = nowNanos + terms.connectedWithin().toNanos();
        state = new AwaitAuthentication(chosen, acknowledgment.nonce(), until);
        out.wakeAt(until);
        out.startPpp();
        if (habit.when() == BindingHabit.When.ACKNOWLEDGED) {
            try (Secret none = CryptoBinding.hlak(null)) {
                send(none, chosen, acknowledgment.nonce());
            }
        }
    }

    private void refused(CallConnectNak refusal, long nowNanos) {
        if (!(state instanceof AwaitAck(int retries, long _))) {
            unexpected(refusal, nowNanos);
        } else if (retries < MAX_RETRIES) {
            request(retries + 1, nowNanos);
        } else {
            abort(Farewell.RETRY_COUNT_EXCEEDED, CallEnd.Cause.PROTOCOL, "the server accepts no request", nowNanos);
        }
    }

    /**
     * The server has accepted this client.
     *
     * @param hlak {@link CryptoBinding#hlak} of what this client's end calls its keys, in the server's order; taken
     */
    public void authenticated(Secret hlak, long nowNanos) {
        try (hlak) {
            if (!(state instanceof AwaitAuthentication(HashProtocol protocol, Octets nonce, long _))) {
                return;
            }
            switch (habit.when()) {
                case AUTHENTICATED -> send(hlak, protocol, nonce);
                case TWICE -> {
                    send(hlak, protocol, nonce);
                    send(hlak, protocol, nonce);
                }
                case ACKNOWLEDGED, NEVER -> {}
            }
            state = new Connected();
            hello.heard(nowNanos);
            out.wakeAt(hello.wakesAt());
            out.connected();
        }
    }

    private void send(Secret hlak, HashProtocol protocol, Octets nonce) {
        CallConnected right = CryptoBinding.sign(hlak, protocol, nonce, certificateHash.apply(protocol));
        out.send(habit.forge().apply(right));
    }

    /** To be called at the time that {@link CallOut#wakeAt} said last; earlier is harmless. */
    public void wake(long nowNanos) {
        switch (state) {
            case AwaitAck(int _, long untilNanos) -> negotiating(untilNanos, nowNanos);
            case AwaitAuthentication(HashProtocol _, Octets _, long untilNanos) -> negotiating(untilNanos, nowNanos);
            case Connected _ -> hello(nowNanos);
            case Over _ -> farewell.wake(nowNanos);
        }
    }

    private void negotiating(long untilNanos, long nowNanos) {
        if (nowNanos - untilNanos < 0) {
            out.wakeAt(untilNanos);
        } else {
            abort(
                    Farewell.NEGOTIATION_TIMEOUT,
                    CallEnd.Cause.NEGOTIATION_TIMEOUT,
                    "the server took too long",
                    nowNanos);
        }
    }

    private void hello(long nowNanos) {
        Hello.Due due = hello.wake(nowNanos);
        if (due == Hello.Due.END) {
            state = new Over();
            farewell.cut(new CallEnd(CallEnd.Cause.SILENCE, "no answer to an echo request"));
            return;
        }
        if (due == Hello.Due.ECHO_REQUEST) {
            out.send(new EchoRequest());
        }
        out.wakeAt(hello.wakesAt());
    }

    /** Ends the call from this side; once the farewell has begun it goes on as it is. */
    public void disconnect(String detail, long nowNanos) {
        state = new Over();
        farewell.disconnect(detail, nowNanos);
    }

    /** The connection below is gone: nothing is said any more. */
    public void lost() {
        state = new Over();
        farewell.lost();
    }

    private void unexpected(ControlMessage message, long nowNanos) {
        abort(
                Farewell.UNACCEPTED_FRAME_RECEIVED,
                CallEnd.Cause.PROTOCOL,
                "message type " + message.type() + " at the wrong time",
                nowNanos);
    }

    private void abort(StatusInfo why, CallEnd.Cause cause, String detail, long nowNanos) {
        state = new Over();
        farewell.abort(why, new CallEnd(cause, detail), nowNanos);
    }
}
