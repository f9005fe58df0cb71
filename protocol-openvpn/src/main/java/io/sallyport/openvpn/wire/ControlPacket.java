package io.sallyport.openvpn.wire;

import io.sallyport.core.octets.Octets;

/**
 * One packet of the control channel, without what tls-crypt adds to it. Message ids are unsigned 32 bit, keys ids 0..7; a hard
 * reset has key id 0 and a soft reset never has.
 */
public sealed interface ControlPacket {
    /** The largest control packet that is accepted, with everything that wraps it. */
    int MAX_OCTETS = 2048;

    Opcode opcode();

    int keyId();

    /** The sender's. */
    OvpnSessionId sessionId();

    Acks acks();

    /** A packet that is sent until it is acknowledged: all but {@link Ack}. */
    sealed interface Message extends ControlPacket {
        long messageId();

        Octets payload();
    }

    /** A client's first packet. */
    record HardResetClientV2(OvpnSessionId sessionId, Acks acks, long messageId, Octets payload) implements Message {
        @Override
        public Opcode opcode() {
            return Opcode.HARD_RESET_CLIENT_V2;
        }

        @Override
        public int keyId() {
            return 0;
        }
    }

    /** The server's answer to it. */
    record HardResetServerV2(OvpnSessionId sessionId, Acks acks, long messageId, Octets payload) implements Message {
        @Override
        public Opcode opcode() {
            return Opcode.HARD_RESET_SERVER_V2;
        }

        @Override
        public int keyId() {
            return 0;
        }
    }

    /** Begins the negotiation of the key with this id, from either end. */
    record SoftReset(int keyId, OvpnSessionId sessionId, Acks acks, long messageId, Octets payload) implements Message {
        @Override
        public Opcode opcode() {
            return Opcode.SOFT_RESET_V1;
        }
    }

    /** A piece of the TLS stream. */
    record Control(int keyId, OvpnSessionId sessionId, Acks acks, long messageId, Octets payload) implements Message {
        @Override
        public Opcode opcode() {
            return Opcode.CONTROL_V1;
        }
    }

    /** Acknowledges only. */
    record Ack(int keyId, OvpnSessionId sessionId, Acks acks) implements ControlPacket {
        @Override
        public Opcode opcode() {
            return Opcode.ACK_V1;
        }
    }
}
