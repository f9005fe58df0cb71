package io.sallyport.openvpn.control;

import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.octets.Secret;
import io.sallyport.core.session.CloseReason;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.DataFormat;

/**
 * What a {@link ServerConnection} wants done. Every call returns at once and calls nothing back; answers come later, as calls on the
 * connection, on its worker.
 */
public interface ServerOut {
    /** Wraps and sends a control packet to where the connection's client is. */
    void send(ControlPacket packet);

    /** Runs the task elsewhere, then {@link ServerConnection#computed}, or at once {@link ServerConnection#overloaded} later. One at a time. */
    void compute(Runnable task);

    /** Answered by {@link ServerConnection#decided}. One at a time. The callee closes the request's secrets. */
    void authenticate(AuthRequest request);

    /** Asks for a session and its addresses: {@link ServerConnection#admitted} or {@link ServerConnection#refused}. */
    void admit(Grant grant);

    /** The client knows no DATA_V2, so its packets and ours carry no peer id: said before the first key is installed. */
    void withoutPeerId();

    /**
     * A data key: from now on packets with this key id can be opened. The callee takes the secret over and closes it.
     *
     * @param keyId 0..7
     * @param keys 256 octets: client's cipher key 64 and HMAC key 64, server's cipher key 64 and HMAC key 64
     */
    void install(int keyId, Secret keys, DataCipher cipher, DataFormat format);

    /** From now on packets to the client are sealed with this key, which was installed before. */
    void activate(int keyId);

    /** This key is over: wipe it. */
    void retire(int keyId);

    /**
     * Dynamic tls-crypt was agreed on: from now on packets with a key id other than 0 are under this key.
     *
     * @param octets256 closed by the callee
     */
    void protectRenegotiations(Secret octets256);

    /** The client has its PUSH_REPLY and its data key is active: the session may go up. Once. */
    void up(Established established);

    /** The client is being refused and will be told why; for the log. Then only {@link #send}, {@link #wakeAt} and {@link #close} follow. */
    void refused(String detail);

    /** Call {@link ServerConnection#wake} at this time of the monotonic clock; replaces the time before. */
    void wakeAt(long nanos);

    /** The connection is over and has wiped its own secrets; no call follows. Once. */
    void close(CloseReason reason, String detail);
}
