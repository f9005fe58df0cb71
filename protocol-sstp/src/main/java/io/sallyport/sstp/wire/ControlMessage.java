package io.sallyport.sstp.wire;

import io.sallyport.core.octets.Octets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An SSTP control packet, MS-SSTP §2.2.9 to §2.2.15. */
public sealed interface ControlMessage {
    int CALL_CONNECT_REQUEST = 1;
    int CALL_CONNECT_ACK = 2;
    int CALL_CONNECT_NAK = 3;
    int CALL_CONNECTED = 4;
    int CALL_ABORT = 5;
    int CALL_DISCONNECT = 6;
    int CALL_DISCONNECT_ACK = 7;
    int ECHO_REQUEST = 8;
    int ECHO_RESPONSE = 9;

    /** Message Type. */
    int type();

    /** The client asks for a call that carries PPP, which is all there is. */
    record CallConnectRequest() implements ControlMessage {
        @Override
        public int type() {
            return CALL_CONNECT_REQUEST;
        }
    }

    /**
     * The server accepts.
     *
     * @param hashProtocols {@link HashProtocol#bit}s of those that the client may choose from; others may be set too, and mean nothing
     * @param nonce 32 octets
     */
    record CallConnectAck(int hashProtocols, Octets nonce) implements ControlMessage {
        public static final int NONCE_OCTETS = 32;

        public CallConnectAck {
            if ((hashProtocols & ~0xff) != 0 || nonce.length() != NONCE_OCTETS) {
                throw new IllegalArgumentException("no Crypto Binding Request");
            }
        }

        public boolean offers(HashProtocol protocol) {
            return (hashProtocols & protocol.bit()) != 0;
        }

        @Override
        public int type() {
            return CALL_CONNECT_ACK;
        }
    }

    /** @param reasons at least one */
    record CallConnectNak(List<StatusInfo> reasons) implements ControlMessage {
        public CallConnectNak {
            reasons = List.copyOf(reasons);
            if (reasons.isEmpty()) {
                throw new IllegalArgumentException("a negative acknowledgment without a reason");
            }
        }

        @Override
        public int type() {
            return CALL_CONNECT_NAK;
        }
    }

    /**
     * The client binds the authentication within to the TLS around it; see {@link CryptoBinding}.
     *
     * @param nonce 32 octets
     * @param certificateHash as long as the protocol's hashes are
     * @param compoundMac likewise
     */
    record CallConnected(HashProtocol hashProtocol, Octets nonce, Octets certificateHash, Octets compoundMac)
            implements ControlMessage {
        public CallConnected {
            if (nonce.length() != CallConnectAck.NONCE_OCTETS
                    || certificateHash.length() != hashProtocol.octets()
                    || compoundMac.length() != hashProtocol.octets()) {
                throw new IllegalArgumentException("no Crypto Binding");
            }
        }

        @Override
        public int type() {
            return CALL_CONNECTED;
        }
    }

    /** @param why may be absent */
    record CallAbort(@Nullable StatusInfo why) implements ControlMessage {
        @Override
        public int type() {
            return CALL_ABORT;
        }
    }

    /** @param why may be absent */
    record CallDisconnect(@Nullable StatusInfo why) implements ControlMessage {
        @Override
        public int type() {
            return CALL_DISCONNECT;
        }
    }

    record CallDisconnectAck() implements ControlMessage {
        @Override
        public int type() {
            return CALL_DISCONNECT_ACK;
        }
    }

    record EchoRequest() implements ControlMessage {
        @Override
        public int type() {
            return ECHO_REQUEST;
        }
    }

    record EchoResponse() implements ControlMessage {
        @Override
        public int type() {
            return ECHO_RESPONSE;
        }
    }
}
