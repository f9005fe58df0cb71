package io.sallyport.openvpn.control;

import io.sallyport.core.octets.Secret;
import io.sallyport.openvpn.wire.ControlPacket;
import io.sallyport.openvpn.wire.DataCipher;
import io.sallyport.openvpn.wire.DataFormat;
import io.sallyport.openvpn.wire.PushReply;

/** What a {@link ClientConnection} wants done; the rules are those of {@link ServerOut}. */
public interface ClientOut {
    void send(ControlPacket packet);

    /** Runs the task elsewhere, then {@link ClientConnection#computed}. */
    void compute(Runnable task);

    /**
     * From now on packets with this key id can be opened. The callee takes the secret over and closes it.
     *
     * @param peerId what packets to the server carry, or {@code DataPacket.NO_PEER_ID}
     * @param keys 256 octets, as in {@link ServerOut#install}
     */
    void install(int keyId, int peerId, Secret keys, DataCipher cipher, DataFormat format);

    /** From now on packets are sealed with this key. */
    void activate(int keyId);

    void retire(int keyId);

    /** As in {@link ServerOut#protectRenegotiations}. */
    void protectRenegotiations(Secret octets256);

    /** The server has told everything; called after the first key was installed and activated. Once. */
    void up(Up up);

    /** The server has changed what it told; all that holds now. */
    void updated(PushReply reply);

    void wakeAt(long nanos);

    /** The connection is over. Once. */
    void close(End end, String detail);

    /** What a server gave. */
    record Up(PushReply reply, DataCipher cipher, String tlsVersion, String tlsCipherSuite) {}

    /** Why a connection ended. */
    enum End {
        /** The server refused us; the detail is its reason. */
        AUTH_FAILED,
        HANDSHAKE_FAILED,
        PROTOCOL_ERROR,
        /** The server asks to connect again. */
        RESTART,
        /** The server asks not to come back. */
        HALT,
        /** By our own wish. */
        CLOSED
    }
}
