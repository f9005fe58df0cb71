package io.sallyport.core.autoconf;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A domain as octets: as text for DHCPv4, as labels (RFC 1035 §3.1) for IPv6. */
final class DomainName {
    private static final int MAX_NAME = 253;
    private static final int MAX_LABEL = 63;

    private DomainName() {}

    /** Null for what no DNS could hold; without a final dot. */
    static byte @Nullable [] text(@Nullable String domain) {
        if (domain == null) {
            return null;
        }
        String name = domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
        if (name.isEmpty() || name.length() > MAX_NAME) {
            return null;
        }
        for (String label : name.split("\\.", -1)) {
            boolean ascii = label.chars().allMatch(c -> c > ' ' && c < 0x7f);
            if (label.isEmpty() || label.length() > MAX_LABEL || !ascii) {
                return null;
            }
        }
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    /** Octets that {@link #writeLabels} writes of this text. */
    static int labelOctets(byte[] text) {
        return text.length + 2;
    }

    static void writeLabels(ByteBuf out, byte[] text) {
        for (String label : new String(text, StandardCharsets.US_ASCII).split("\\.", -1)) {
            out.writeByte(label.length());
            out.writeCharSequence(label, StandardCharsets.US_ASCII);
        }
        out.writeByte(0);
    }
}
