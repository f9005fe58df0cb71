package io.sallyport.sstp.control;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.port443.ShownCertificate;
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
import io.sallyport.sstp.wire.HigherLayerKeys;
import io.sallyport.sstp.wire.Status;
import io.sallyport.sstp.wire.StatusInfo;
import io.sallyport.sstp.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of one call, MS-SSTP §3.3. Call Connected and the authentication's end come in either order, and only both together connect. Not thread-safe; times are of the monotonic
 * clock; nothing here throws because of what the client sent.
 */
public final class ServerCall {
    /** "The server SHOULD maintain an implementation-dependent retry counter"; Windows' own is 3. */
    public static final int MAX_REFUSALS = 3;

    public static final int NONCE_OCTETS = CallConnectAck.NONCE_OCTETS;

    private sealed interface State {}

    /** Server_Connect_Request_Pending. */
    private record AwaitRequest(int refusals, long untilNanos) implements State {}

    /** Server_Call_Connected_Pending; nobody knows yet who the client is, and its Call Connected may be there or not. */
    private record AwaitDecision(@Nullable CallConnected early, long untilNanos) implements State {}

    /** Server_Call_Connected_Pending; the client is who it says, and has to bind that to this connection. */
    private record AwaitConnected(HigherLayerKeys keys, long untilNanos) implements State {}

    /** Server_Call_Connected. */
    private record Connected() implements State {}

    /** The rest is {@link Farewell}'s. */
    private record Over() implements State {}

    private final CallTerms terms;
    private final ExpectedBinding expected;
    private final CallOut out;
    private final Farewell farewell;
    private final Hello hello;
    private State state;

    /** @param nonce 32 random octets, of this call alone */
    public ServerCall(CallTerms terms, ShownCertificate shown, Octets nonce, CallOut out, long nowNanos) {
        this.terms = terms;
        this.expected = ExpectedBinding.of(terms.hashProtocols(), shown, nonce);
        this.out = out;
        this.farewell = new Farewell(out);
        this.hello = new Hello(terms.helloAfter().toNanos(), nowNanos);
        long until = nowNanos + terms.requestWithin().toNanos();
        this.state = new AwaitRequest(0, until);
        out.wakeAt(until);
    }

    /** Whether PPP's control frames flow. */
    public boolean carriesControl() {
        return state instanceof AwaitDecision || state instanceof AwaitConnected || state instanceof Connected;
    }

    /** Whether IP packets flow. */
    public boolean carriesData() {
        return state instanceof Connected;
    }

    /** Whether the client was asked whether it is there, and has not answered. */
    public boolean isSilent(long nowNanos) {
        return state instanceof Connected && hello.isSilent(nowNanos);
    }

    /** A packet of any kind arrived. */
    public void heard(long nowNanos) {
        hello.heard(nowNanos);
    }

    /** @param octets a control message without the packet's header; borrowed */
    public void receive(ByteBuf octets, long nowNanos) {
        ControlMessage message;
        try {
            message = ControlMessages.decode(octets);
        } catch (WireException e) {
            refuse(e, nowNanos);
            return;
        }
        if (farewell.hasBegun()) {
            farewell.receive(message, nowNanos);
            return;
        }
        switch (message) {
            case CallConnectRequest _ -> requested(nowNanos);
            case CallConnected connected -> connected(connected, nowNanos);
            case CallAbort(StatusInfo why) -> {
                end();
                farewell.abortedByPeer(why, nowNanos);
            }
            case CallDisconnect _ -> {
                end();
                farewell.disconnectedByPeer(nowNanos);
            }
            case EchoRequest _ -> echo(nowNanos);
            case EchoResponse _ when state instanceof Connected -> {}
            case EchoResponse _, CallConnectAck _, CallConnectNak _, CallDisconnectAck _ ->
                unexpected(message, nowNanos);
        }
    }

    private void refuse(WireException e, long nowNanos) {
        boolean request = e.messageType() == ControlMessage.CALL_CONNECT_REQUEST
                && e.reasons().getFirst().status() != Status.INVALID_FRAME_RECEIVED.code();
        if (farewell.hasBegun()) {
            return;
        }
        if (!(request && state instanceof AwaitRequest(int refusals, long untilNanos))) {
            StatusInfo why = e.reasons().getFirst();
            CallEnd.Cause cause =
                    e.messageType() == ControlMessage.CALL_CONNECTED ? CallEnd.Cause.BINDING : CallEnd.Cause.PROTOCOL;
            abort(new StatusInfo(why.attributeId(), why.status(), Octets.EMPTY), cause, e.getMessage(), nowNanos);
        } else if (refusals == MAX_REFUSALS) {
            abort(Farewell.RETRY_COUNT_EXCEEDED, CallEnd.Cause.PROTOCOL, "no acceptable request", nowNanos);
        } else {
            state = new AwaitRequest(refusals + 1, untilNanos);
            out.send(new CallConnectNak(e.reasons()));
        }
    }

    private void requested(long nowNanos) {
        if (!(state instanceof AwaitRequest)) {
            unexpected(new CallConnectRequest(), nowNanos);
            return;
        }
        long until = nowNanos + terms.connectedWithin().toNanos();
        state = new AwaitDecision(null, until);
        out.wakeAt(until);
        out.send(new CallConnectAck(expected.offeredBits(), expected.nonce()));
        out.startPpp();
    }

    private void connected(CallConnected message, long nowNanos) {
        switch (state) {
            case AwaitDecision(CallConnected early, long untilNanos) -> {
                if (early == null) {
                    state = new AwaitDecision(message, untilNanos);
                } else {
                    unbound(Status.UNACCEPTED_FRAME_RECEIVED, "Call Connected came twice", nowNanos);
                }
            }
            case AwaitConnected(HigherLayerKeys keys, long _) -> {
                try (keys) {
                    judge(message, keys, nowNanos);
                }
            }
            case Connected _ -> unbound(Status.UNACCEPTED_FRAME_RECEIVED, "Call Connected came twice", nowNanos);
            case AwaitRequest _ -> unbound(Status.UNACCEPTED_FRAME_RECEIVED, "Call Connected came first", nowNanos);
            case Over _ -> {}
        }
    }

    /**
     * The client was told that it is who it says.
     *
     * @param keys taken
     */
    public void authenticated(HigherLayerKeys keys, long nowNanos) {
        if (!(state instanceof AwaitDecision(CallConnected early, long untilNanos))) {
            keys.close();
        } else if (early == null) {
            state = new AwaitConnected(keys, untilNanos);
        } else {
            try (keys) {
                judge(early, keys, nowNanos);
            }
        }
    }

    private void judge(CallConnected message, HigherLayerKeys keys, long nowNanos) {
        // MS-SSTP §3.3.5.2.3: "The nonce is not matching OR the certificate does not match OR the hash algorithm does
        // not match OR the Compound MAC is invalid."
        String flaw = expected.flaw(message, keys);
        if (flaw != null) {
            unbound(Status.VALUE_NOT_SUPPORTED, "the crypto binding is wrong: " + flaw, nowNanos);
            return;
        }
        state = new Connected();
        hello.heard(nowNanos);
        out.wakeAt(hello.wakesAt());
        out.connected();
    }

    private void echo(long nowNanos) {
        // A client is connected for itself as soon as it has sent Call Connected.
        boolean connectedForClient = state instanceof AwaitDecision(CallConnected early, long _) && early != null;
        if (state instanceof Connected || connectedForClient) {
            out.send(new EchoResponse());
        } else {
            unexpected(new EchoRequest(), nowNanos);
        }
    }

    /** To be called at the time that {@link CallOut#wakeAt} said last; earlier is harmless. */
    public void wake(long nowNanos) {
        switch (state) {
            case AwaitRequest(int _, long untilNanos) -> negotiating(untilNanos, "no request came", nowNanos);
            case AwaitDecision(CallConnected _, long untilNanos) ->
                negotiating(untilNanos, "the authentication took too long", nowNanos);
            case AwaitConnected(HigherLayerKeys _, long untilNanos) -> {
                if (nowNanos - untilNanos < 0) {
                    out.wakeAt(untilNanos);
                } else {
                    abort(
                            Farewell.NEGOTIATION_TIMEOUT,
                            CallEnd.Cause.BINDING,
                            "the client authenticated and sent no Call Connected",
                            nowNanos);
                }
            }
            case Connected _ -> hello(nowNanos);
            case Over _ -> farewell.wake(nowNanos);
        }
    }

    private void negotiating(long untilNanos, String late, long nowNanos) {
        if (nowNanos - untilNanos < 0) {
            out.wakeAt(untilNanos);
        } else {
            abort(Farewell.NEGOTIATION_TIMEOUT, CallEnd.Cause.NEGOTIATION_TIMEOUT, late, nowNanos);
        }
    }

    private void hello(long nowNanos) {
        Hello.Due due = hello.wake(nowNanos);
        if (due == Hello.Due.END) {
            // "it MUST abort the connection without sending a Call Abort packet"
            end();
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
        end();
        farewell.disconnect(detail, nowNanos);
    }

    /** The client broke a protocol that the call carries. */
    public void abort(String detail, long nowNanos) {
        abort(Farewell.INVALID_FRAME_RECEIVED, CallEnd.Cause.PROTOCOL, detail, nowNanos);
    }

    /** The connection below is gone: nothing is said any more. */
    public void lost() {
        end();
        farewell.lost();
    }

    private void unexpected(ControlMessage message, long nowNanos) {
        abort(
                Farewell.UNACCEPTED_FRAME_RECEIVED,
                CallEnd.Cause.PROTOCOL,
                "message type " + message.type() + " at the wrong time",
                nowNanos);
    }

    private void unbound(Status status, String detail, long nowNanos) {
        abort(StatusInfo.of(AttributeId.CRYPTO_BINDING, status), CallEnd.Cause.BINDING, detail, nowNanos);
    }

    private void abort(StatusInfo why, CallEnd.Cause cause, @Nullable String detail, long nowNanos) {
        end();
        farewell.abort(why, new CallEnd(cause, String.valueOf(detail)), nowNanos);
    }

    private void end() {
        if (state instanceof AwaitConnected(HigherLayerKeys keys, long _)) {
            keys.close();
        }
        state = new Over();
    }
}
