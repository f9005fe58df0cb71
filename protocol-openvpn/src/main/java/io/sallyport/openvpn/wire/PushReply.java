package io.sallyport.openvpn.wire;

import io.sallyport.openvpn.wire.ControlMessage.PushReplyPart;
import java.util.ArrayList;
import java.util.List;

/**
 * What the server tells a client to be: option lines as in a configuration file, without commas. Longer than one message holds, it is sent in parts: {@code
 * push-continuation 2} says that more follow, {@code push-continuation 1} that this is the last.
 */
public record PushReply(List<String> options) {
    /** The most options over all parts that a client reads. */
    public static final int MAX_OPTIONS = 1024;

    private static final String CONTINUATION = "push-continuation ";
    private static final String MORE = CONTINUATION + "2";
    private static final String LAST = CONTINUATION + "1";

    public PushReply {
        options = List.copyOf(options);
    }

    /** The messages to send, in order; an option that no message can hold is an error of the caller. */
    public List<PushReplyPart> parts() {
        int room = ControlMessage.MAX_SENT_OCTETS - 1 - ControlMessage.PUSH_REPLY.length();
        int roomInParts = room - 1 - MORE.length();
        if (octets(options) <= room) {
            return List.of(new PushReplyPart(options));
        }
        List<PushReplyPart> parts = new ArrayList<>();
        List<String> part = new ArrayList<>();
        int used = 0;
        for (String option : options) {
            if (option.length() + 1 > roomInParts) {
                throw new IllegalArgumentException("an option of " + option.length() + " characters cannot be pushed");
            }
            if (used + option.length() + 1 > roomInParts) {
                part.add(MORE);
                parts.add(new PushReplyPart(part));
                part = new ArrayList<>();
                used = 0;
            }
            part.add(option);
            used += option.length() + 1;
        }
        part.add(LAST);
        parts.add(new PushReplyPart(part));
        return parts;
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
        private final List<String> options = new ArrayList<>();
        private boolean complete;

        /** True when this was the last part. */
        public boolean add(PushReplyPart part) throws WireException {
            complete = !part.options().contains(MORE);
            for (String option : part.options()) {
                if (!option.startsWith(CONTINUATION)) {
                    options.add(option);
                }
            }
            if (options.size() > MAX_OPTIONS) {
                throw new WireException(WireException.Fault.TOO_LARGE, "more than " + MAX_OPTIONS + " pushed options");
            }
            return complete;
        }

        public PushReply reply() {
            if (!complete) {
                throw new IllegalStateException("parts are missing");
            }
            return new PushReply(options);
        }
    }

    static List<String> split(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(","));
    }

    private static int octets(List<String> options) {
        return options.stream().mapToInt(option -> option.length() + 1).sum();
    }
}
