package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import java.util.List;

/** The packets of LCP (RFC 1661 §5, and RFC 1570 §2, which only inform); the network control protocols have the first seven. Identifiers are 0..255. */
sealed interface ControlPacket {
    int CONFIGURE_REQUEST = 1;
    int CONFIGURE_ACK = 2;
    int CONFIGURE_NAK = 3;
    int CONFIGURE_REJECT = 4;
    int TERMINATE_REQUEST = 5;
    int TERMINATE_ACK = 6;
    int CODE_REJECT = 7;
    int PROTOCOL_REJECT = 8;
    int ECHO_REQUEST = 9;
    int ECHO_REPLY = 10;
    int DISCARD_REQUEST = 11;
    /** RFC 1570 §2.1, §2.2. */
    int IDENTIFICATION = 12;

    int TIME_REMAINING = 13;

    int identifier();

    /** The four that carry options. */
    sealed interface Configure extends ControlPacket {
        List<ConfigOption> options();
    }

    record ConfigureRequest(int identifier, List<ConfigOption> options) implements Configure {
        public ConfigureRequest {
            options = List.copyOf(options);
        }
    }

    record ConfigureAck(int identifier, List<ConfigOption> options) implements Configure {
        public ConfigureAck {
            options = List.copyOf(options);
        }
    }

    record ConfigureNak(int identifier, List<ConfigOption> options) implements Configure {
        public ConfigureNak {
            options = List.copyOf(options);
        }
    }

    record ConfigureReject(int identifier, List<ConfigOption> options) implements Configure {
        public ConfigureReject {
            options = List.copyOf(options);
        }
    }

    record TerminateRequest(int identifier, Octets data) implements ControlPacket {}

    record TerminateAck(int identifier, Octets data) implements ControlPacket {}

    /** @param rejected the packet that was not understood, from its code on, perhaps cut short */
    record CodeReject(int identifier, Octets rejected) implements ControlPacket {}

    /** @param information that was not understood, perhaps cut short */
    record ProtocolReject(int identifier, int protocol, Octets information) implements ControlPacket {}

    record EchoRequest(int identifier, int magic, Octets data) implements ControlPacket {}

    record EchoReply(int identifier, int magic, Octets data) implements ControlPacket {}

    record DiscardRequest(int identifier, int magic, Octets data) implements ControlPacket {}

    /** @param message in which the peer says what it is */
    record Identification(int identifier, int magic, Octets message) implements ControlPacket {}

    record TimeRemaining(int identifier, int magic, int seconds, Octets message) implements ControlPacket {}

    /** A code that this end does not speak. */
    record UnknownCode(int code, int identifier, Octets data) implements ControlPacket {}
}
