package io.sallyport.openvpn.wire;

import io.sallyport.openvpn.wire.WireException.Fault;
import java.util.ArrayList;
import java.util.List;

/** Options over as many messages as they need: {@code push-continuation 2} says that more follow, {@code push-continuation 1} that this is the last. */
final class OptionParts {
    private static final String CONTINUATION = "push-continuation ";
    private static final String MORE = CONTINUATION + "2";
    private static final String LAST = CONTINUATION + "1";

    private OptionParts() {}

    /**
     * The options of each message, in order; an option that no message can hold is an error of the caller.
     *
     * @param name of the message, before its options
     */
    static List<List<String>> of(String name, List<String> options) {
        int room = ControlMessage.MAX_SENT_OCTETS - 1 - name.length();
        int roomInParts = room - 1 - MORE.length();
        if (octets(options) <= room) {
            return List.of(options);
        }
        List<List<String>> parts = new ArrayList<>();
        List<String> part = new ArrayList<>();
        int used = 0;
        for (String option : options) {
            if (option.length() + 1 > roomInParts) {
                throw new IllegalArgumentException("an option of " + option.length() + " characters cannot be pushed");
            }
            if (used + option.length() + 1 > roomInParts) {
                part.add(MORE);
                parts.add(part);
                part = new ArrayList<>();
                used = 0;
            }
            part.add(option);
            used += option.length() + 1;
        }
        part.add(LAST);
        parts.add(part);
        return parts;
    }

    /** A receiver's side: puts the parts together again. */
    static final class Assembler {
        private final List<String> options = new ArrayList<>();
        private boolean complete;

        /** True when this was the last part. */
        boolean add(List<String> part) throws WireException {
            if (complete) {
                options.clear();
            }
            complete = !part.contains(MORE);
            for (String option : part) {
                if (!option.startsWith(CONTINUATION)) {
                    options.add(option);
                }
            }
            if (options.size() > PushReply.MAX_OPTIONS) {
                throw new WireException(Fault.TOO_LARGE, "more than " + PushReply.MAX_OPTIONS + " pushed options");
            }
            return complete;
        }

        List<String> options() {
            if (!complete) {
                throw new IllegalStateException("parts are missing");
            }
            return List.copyOf(options);
        }
    }

    private static int octets(List<String> options) {
        return options.stream().mapToInt(option -> option.length() + 1).sum();
    }
}
