package io.sallyport.openvpn.wire;

import io.netty.buffer.ByteBuf;
import io.sallyport.openvpn.wire.WireException.Fault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The texts that both ends exchange inside TLS once the key method messages are through; each ends with a NUL. */
public sealed interface ControlMessage {
    /** The most octets of one message that is sent, with its NUL: older peers hold no more. */
    int MAX_SENT_OCTETS = 1024;

    /** The most octets of one TLS record of messages that are read. */
    int MAX_OCTETS = 16 * 1024;

    /** As on the wire, without the NUL. */
    String text();

    /** A client asks for its configuration. */
    record PushRequest() implements ControlMessage {
        @Override
        public String text() {
            return "PUSH_REQUEST";
        }
    }

    /** The configuration, or one part of it; see {@link PushReply}. */
    record PushReplyPart(List<String> options) implements ControlMessage {
        public PushReplyPart {
            options = List.copyOf(options);
        }

        @Override
        public String text() {
            return options.isEmpty() ? PUSH_REPLY : PUSH_REPLY + "," + String.join(",", options);
        }

        @Override
        public String toString() {
            return "PushReplyPart" + PushReply.withoutToken(options);
        }
    }

    /** What changes for a client that is connected, or one part of it; see {@link PushUpdate}. */
    record PushUpdatePart(List<String> options) implements ControlMessage {
        public PushUpdatePart {
            options = List.copyOf(options);
        }

        @Override
        public String text() {
            return options.isEmpty() ? PUSH_UPDATE : PUSH_UPDATE + "," + String.join(",", options);
        }
    }

    /**
     * The client is refused.
     *
     * @param reason shown to the user, or empty; {@code TEMP...} asks the client to try again, {@code CRV1:...} is a question for the user
     */
    record AuthFailed(String reason) implements ControlMessage {
        @Override
        public String text() {
            return reason.isEmpty() ? AUTH_FAILED : AUTH_FAILED + "," + reason;
        }
    }

    /**
     * The decision takes longer: the client shall wait.
     *
     * @param parameters {@code timeout N}, or empty for clients that know no keywords
     */
    record AuthPending(String parameters) implements ControlMessage {
        @Override
        public String text() {
            return parameters.isEmpty() ? AUTH_PENDING : AUTH_PENDING + "," + parameters;
        }
    }

    /** The sender leaves. */
    record Exit() implements ControlMessage {
        @Override
        public String text() {
            return "EXIT";
        }
    }

    /** The server stops; the client shall connect again. */
    record Restart(String parameters) implements ControlMessage {
        @Override
        public String text() {
            return parameters.isEmpty() ? RESTART : RESTART + "," + parameters;
        }
    }

    /** The client shall stop and not come back by itself. */
    record Halt(String reason) implements ControlMessage {
        @Override
        public String text() {
            return reason.isEmpty() ? HALT : HALT + "," + reason;
        }
    }

    /** For the user interface; {@code name} is {@code INFO} or {@code INFO_PRE}. */
    record Information(String name, String information) implements ControlMessage {
        @Override
        public String text() {
            return name + "," + information;
        }
    }

    /** The user's answer to a question, base64. */
    record ChallengeResponse(String base64) implements ControlMessage {
        @Override
        public String text() {
            return CR_RESPONSE + "," + base64;
        }

        @Override
        public String toString() {
            return "ChallengeResponse[***]";
        }
    }

    /** What this end does not know: ignored. */
    record Unknown(String text) implements ControlMessage {}

    String PUSH_REPLY = "PUSH_REPLY";
    String PUSH_UPDATE = "PUSH_UPDATE";
    String AUTH_FAILED = "AUTH_FAILED";
    String AUTH_PENDING = "AUTH_PENDING";
    String RESTART = "RESTART";
    String HALT = "HALT";
    String CR_RESPONSE = "CR_RESPONSE";

    /** Reads the messages of one TLS record, all that is readable. Trailing CR and LF are stripped, empty ones left out, and anything but printable ASCII is refused. */
    static List<ControlMessage> decode(ByteBuf in) throws WireException {
        if (in.readableBytes() > MAX_OCTETS) {
            throw new WireException(Fault.TOO_LARGE, in.readableBytes() + " octets of control messages");
        }
        List<ControlMessage> messages = new ArrayList<>();
        while (in.isReadable()) {
            int nul = in.bytesBefore((byte) 0);
            String text = strip(in.readCharSequence(nul < 0 ? in.readableBytes() : nul, StandardCharsets.ISO_8859_1)
                    .toString());
            if (nul >= 0) {
                in.skipBytes(1);
            }
            if (!Ascii.isPrintable(text)) {
                throw new WireException(Fault.MALFORMED, "a control message with unprintable characters");
            }
            if (!text.isEmpty()) {
                messages.add(parse(text));
            }
        }
        return messages;
    }

    /** Writes the message and its NUL. */
    static void encode(ControlMessage message, ByteBuf out) {
        out.writeCharSequence(Ascii.printable(message.text()), StandardCharsets.US_ASCII);
        out.writeByte(0);
    }

    private static ControlMessage parse(String text) {
        int comma = text.indexOf(',');
        String name = comma < 0 ? text : text.substring(0, comma);
        String rest = comma < 0 ? "" : text.substring(comma + 1);
        return switch (name) {
            case "PUSH_REQUEST" -> new PushRequest();
            case PUSH_REPLY -> new PushReplyPart(PushReply.split(rest));
            case PUSH_UPDATE -> new PushUpdatePart(PushReply.split(rest));
            case AUTH_FAILED -> new AuthFailed(rest);
            case AUTH_PENDING -> new AuthPending(rest);
            case "EXIT" -> new Exit();
            case RESTART -> new Restart(rest);
            case HALT -> new Halt(rest);
            case "INFO", "INFO_PRE" -> new Information(name, rest);
            case CR_RESPONSE -> new ChallengeResponse(rest);
            default -> new Unknown(text);
        };
    }

    private static String strip(String text) {
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\r' || text.charAt(end - 1) == '\n')) {
            end--;
        }
        return text.substring(0, end);
    }
}
