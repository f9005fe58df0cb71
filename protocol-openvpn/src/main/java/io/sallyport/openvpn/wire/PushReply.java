package io.sallyport.openvpn.wire;

import io.sallyport.openvpn.wire.ControlMessage.PushReplyPart;
import java.util.List;

/**
 * What the server tells a client to be: option lines as in a configuration file, without commas. Longer than one message holds, it is sent in parts: {@code
 * push-continuation 2} says that more follow, {@code push-continuation 1} that this is the last.
 */
public record PushReply(List<String> options) {
    /** The most options over all parts that a client reads. */
    public static final int MAX_OPTIONS = 1024;

    private static final String AUTH_TOKEN = "auth-token ";

    public PushReply {
        options = List.copyOf(options);
    }

    /** The messages to send, in order; an option that no message can hold is an error of the caller. */
    public List<PushReplyPart> parts() {
        return OptionParts.of(ControlMessage.PUSH_REPLY, options).stream()
                .map(PushReplyPart::new)
                .toList();
    }

    /** The first option with this name, without the name; empty when there is none. */
    public String value(String name) {
        List<String> all = values(name);
        return all.isEmpty() ? "" : all.getFirst();
    }

    /** What follows each option with this name. */
    public List<String> values(String name) {
        String prefix = name + " ";
        return options.stream()
                .filter(option -> option.equals(name) || option.startsWith(prefix))
                .map(option -> option.substring(Math.min(option.length(), prefix.length())))
                .toList();
    }

    /** What the client's data packets carry, or {@link DataPacket#NO_PEER_ID}. */
    public int peerId() {
        try {
            int id = Integer.parseInt(value("peer-id"));
            return id >= 0 && id <= DataPacket.NO_PEER_ID ? id : DataPacket.NO_PEER_ID;
        } catch (NumberFormatException e) {
            return DataPacket.NO_PEER_ID;
        }
    }

    /** A client's side: puts the parts together again. */
    public static final class Assembler {
        private final OptionParts.Assembler parts = new OptionParts.Assembler();

        /** True when this was the last part. */
        public boolean add(PushReplyPart part) throws WireException {
            return parts.add(part.options());
        }

        public PushReply reply() {
            return new PushReply(parts.options());
        }
    }

    /** Without what stands for a password. */
    @Override
    public String toString() {
        return "PushReply" + withoutToken(options);
    }

    static List<String> withoutToken(List<String> options) {
        return options.stream()
                .map(option -> option.startsWith(AUTH_TOKEN) ? AUTH_TOKEN + "***" : option)
                .toList();
    }

    static List<String> split(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(","));
    }
}
