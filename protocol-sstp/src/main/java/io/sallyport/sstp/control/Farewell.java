package io.sallyport.sstp.control;

import io.sallyport.sstp.wire.AttributeId;
import io.sallyport.sstp.wire.ControlMessage;
import io.sallyport.sstp.wire.ControlMessage.CallAbort;
import io.sallyport.sstp.wire.ControlMessage.CallConnected;
import io.sallyport.sstp.wire.ControlMessage.CallDisconnect;
import io.sallyport.sstp.wire.ControlMessage.CallDisconnectAck;
import io.sallyport.sstp.wire.Status;
import io.sallyport.sstp.wire.StatusInfo;
import org.jspecify.annotations.Nullable;

/** How a call ends, alike on both sides: MS-SSTP §3.1.1.1. */
final class Farewell {
    /** "The first timer SHOULD be set at 3 seconds. The second timer SHOULD be set to 1 second." */
    static final long ABORT_NANOS = 3_000_000_000L;

    static final long ABORT_ANSWERED_NANOS = 1_000_000_000L;
    /** "The first timer SHOULD be set to 5 seconds. The second timer SHOULD be set to 1 second." */
    static final long DISCONNECT_NANOS = 5_000_000_000L;

    static final long DISCONNECT_ANSWERED_NANOS = 1_000_000_000L;

    static final StatusInfo NEGOTIATION_TIMEOUT = of(Status.NEGOTIATION_TIMEOUT);
    static final StatusInfo RETRY_COUNT_EXCEEDED = of(Status.RETRY_COUNT_EXCEEDED);
    static final StatusInfo UNACCEPTED_FRAME_RECEIVED = of(Status.UNACCEPTED_FRAME_RECEIVED);
    static final StatusInfo INVALID_FRAME_RECEIVED = of(Status.INVALID_FRAME_RECEIVED);

    private static final StatusInfo NO_ERROR = StatusInfo.of(AttributeId.NO_ERROR, Status.NO_ERROR);

    private sealed interface State {}

    /** The call goes on. */
    private record NotYet() implements State {}

    /** Call_Abort_Pending. */
    private record AwaitAbort(long untilNanos) implements State {}

    /** Call_Disconnect_Ack_Pending. */
    private record AwaitDisconnectAck(long untilNanos) implements State {}

    /** Call_Abort_Timeout_Pending and Call_Disconnect_Timeout_Pending: the peer has the time to read the answer. */
    private record AwaitClose(long untilNanos) implements State {}

    private record Done() implements State {}

    private final CallOut out;
    private State state = new NotYet();

    Farewell(CallOut out) {
        this.out = out;
    }

    private static StatusInfo of(Status status) {
        return StatusInfo.of(AttributeId.STATUS_INFO, status);
    }

    boolean hasBegun() {
        return !(state instanceof NotYet);
    }

    void abort(StatusInfo why, CallEnd end, long nowNanos) {
        if (!hasBegun()) {
            out.over(end);
            out.send(new CallAbort(why));
            await(new AwaitAbort(nowNanos + ABORT_NANOS), nowNanos + ABORT_NANOS);
        }
    }

    void disconnect(String detail, long nowNanos) {
        if (!hasBegun()) {
            out.over(new CallEnd(CallEnd.Cause.LOCAL, detail));
            out.send(new CallDisconnect(NO_ERROR));
            await(new AwaitDisconnectAck(nowNanos + DISCONNECT_NANOS), nowNanos + DISCONNECT_NANOS);
        }
    }

    /** Without a word. */
    void cut(CallEnd end) {
        if (!hasBegun()) {
            out.over(end);
        }
        hangUp();
    }

    /** The connection below is gone; nobody is told. */
    void lost() {
        state = new Done();
    }

    /** What the peer sends once the farewell has begun. */
    void receive(ControlMessage message, long nowNanos) {
        switch (message) {
            case CallAbort _ -> {
                if (state instanceof AwaitAbort) {
                    awaitClose(nowNanos + ABORT_ANSWERED_NANOS);
                } else if (state instanceof AwaitDisconnectAck) {
                    answerAbort(nowNanos);
                }
            }
            case CallDisconnect _ -> {
                if (state instanceof AwaitDisconnectAck) {
                    answerDisconnect(nowNanos);
                }
            }
            case CallDisconnectAck _ -> {
                if (state instanceof AwaitDisconnectAck) {
                    // "immediately clear the connection state to clean up the connection"
                    hangUp();
                }
            }
            case CallConnected connected -> out.ignored(connected);
            case ControlMessage.CallConnectRequest _,
                    ControlMessage.CallConnectAck _,
                    ControlMessage.CallConnectNak _,
                    ControlMessage.EchoRequest _,
                    ControlMessage.EchoResponse _ -> {
                // "Ignore the message."
            }
        }
    }

    /** The peer begins it. */
    void abortedByPeer(@Nullable StatusInfo why, long nowNanos) {
        String status = why == null ? "" : ", status " + why.status() + " of attribute " + why.attributeId();
        out.over(new CallEnd(CallEnd.Cause.PEER_ABORT, "the peer aborted the call" + status));
        answerAbort(nowNanos);
    }

    void disconnectedByPeer(long nowNanos) {
        out.over(new CallEnd(CallEnd.Cause.PEER_DISCONNECT, "the peer disconnected"));
        answerDisconnect(nowNanos);
    }

    private void answerAbort(long nowNanos) {
        out.send(new CallAbort(NO_ERROR));
        awaitClose(nowNanos + ABORT_ANSWERED_NANOS);
    }

    private void answerDisconnect(long nowNanos) {
        out.send(new CallDisconnectAck());
        awaitClose(nowNanos + DISCONNECT_ANSWERED_NANOS);
    }

    private void awaitClose(long untilNanos) {
        await(new AwaitClose(untilNanos), untilNanos);
    }

    private void await(State next, long untilNanos) {
        state = next;
        out.wakeAt(untilNanos);
    }

    void wake(long nowNanos) {
        switch (state) {
            case AwaitAbort(long untilNanos) -> hangUpAt(untilNanos, nowNanos);
            case AwaitDisconnectAck(long untilNanos) -> hangUpAt(untilNanos, nowNanos);
            case AwaitClose(long untilNanos) -> hangUpAt(untilNanos, nowNanos);
            case NotYet _, Done _ -> {}
        }
    }

    private void hangUpAt(long untilNanos, long nowNanos) {
        if (nowNanos - untilNanos < 0) {
            out.wakeAt(untilNanos);
        } else {
            hangUp();
        }
    }

    private void hangUp() {
        if (!(state instanceof Done)) {
            state = new Done();
            out.hangUp();
        }
    }
}
