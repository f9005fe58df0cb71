package io.sallyport.openvpn.wire;

import io.sallyport.openvpn.wire.ControlMessage.PushUpdatePart;
import io.sallyport.openvpn.wire.WireException.Fault;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What changes for a client that is connected (OpenVPN 2.7). An option of a type replaces all that the client has of that type, of which the update may hold several; {@code -type}
 * takes them all away. {@code ?} before an option, behind the minus, lets a client leave out what it cannot do.
 */
public record PushUpdate(List<String> options) {
    public PushUpdate {
        options = List.copyOf(options);
    }

    /** What makes {@code next} of {@code told}: whole types of options only. */
    public static PushUpdate between(List<String> told, List<String> next) {
        List<String> changes = new ArrayList<>();
        Set<String> gone = types(told);
        gone.removeAll(types(next));
        gone.forEach(type -> changes.add("-" + type));
        for (String type : types(next)) {
            List<String> after = of(type, next);
            if (!after.equals(of(type, told))) {
                changes.addAll(after);
            }
        }
        return new PushUpdate(changes);
    }

    /** The messages to send, in order; none when nothing changes. */
    public List<PushUpdatePart> parts() {
        return options.isEmpty()
                ? List.of()
                : OptionParts.of(ControlMessage.PUSH_UPDATE, options).stream()
                        .map(PushUpdatePart::new)
                        .toList();
    }

    /** A client's side: what it has afterwards. */
    public PushReply applyTo(PushReply before) throws WireException {
        List<String> result = new ArrayList<>(before.options());
        Set<String> replaced = new LinkedHashSet<>();
        for (String option : options) {
            boolean removes = option.startsWith("-");
            String plain = option.substring(removes ? 1 : 0);
            plain = plain.substring(plain.startsWith("?") ? 1 : 0);
            if (plain.isEmpty() || "-? ".indexOf(plain.charAt(0)) >= 0) {
                throw new WireException(Fault.MALFORMED, "the update '" + option + "'");
            }
            String type = type(plain);
            if (removes || replaced.add(type)) {
                result.removeIf(each -> type(each).equals(type));
            }
            if (!removes) {
                result.add(plain);
            }
        }
        return new PushReply(result);
    }

    /** A client's side: puts the parts together again. */
    public static final class Assembler {
        private final OptionParts.Assembler parts = new OptionParts.Assembler();

        /** True when this was the last part. */
        public boolean add(PushUpdatePart part) throws WireException {
            return parts.add(part.options());
        }

        public PushUpdate update() {
            return new PushUpdate(parts.options());
        }
    }

    private static Set<String> types(List<String> options) {
        Set<String> types = new LinkedHashSet<>();
        options.forEach(option -> types.add(type(option)));
        return types;
    }

    private static List<String> of(String type, List<String> options) {
        return options.stream().filter(option -> type(option).equals(type)).toList();
    }

    private static String type(String option) {
        int space = option.indexOf(' ');
        return space < 0 ? option : option.substring(0, space);
    }
}
