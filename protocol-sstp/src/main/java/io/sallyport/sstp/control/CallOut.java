package io.sallyport.sstp.control;

import io.sallyport.sstp.wire.ControlMessage;

/** What a call wants done; called from within its own methods, which none of these may call. */
public interface CallOut {
    void send(ControlMessage message);

    /** PPP's lower layer is up: its control frames flow both ways. Once. */
    void startPpp();

    /** The binding is there: IP packets may flow too. Once. */
    void connected();

    /** Nothing flows any more but the farewell: PPP's lower layer is down. Once, and {@link #hangUp} follows in a few seconds. */
    void over(CallEnd end);

    /** The peer sent once more what only counts once, and the farewell goes on. */
    void ignored(ControlMessage message);

    /** Call the call's {@code wake} at this time; the last one counts. */
    void wakeAt(long nanos);

    /** The connection below is to be closed. Once, and the last call. */
    void hangUp();
}
