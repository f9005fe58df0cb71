package io.sallyport.openvpn.control;

import io.netty.buffer.Unpooled;
import io.sallyport.openvpn.wire.KeyMethod2;
import io.sallyport.openvpn.wire.WireException;
import io.sallyport.openvpn.wire.WireException.Fault;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A client's key method 2 message, put together from the TLS records that it spans: one, unless it carries something as long as a single sign-on token. */
final class KeyMethodAssembly implements AutoCloseable {
    /** A sender that splits fills its records, and these have a power of two octets, 2^14 unless the two agreed on less (RFC 6066 §4). */
    private static final int LEAST_FULL_RECORD = 4096;

    private byte[] soFar = new byte[0];

    /** Takes one record, which the caller wipes; the message once it is whole, else null. */
    KeyMethod2.@Nullable Client add(byte[] record) throws WireException {
        if (soFar.length + record.length > KeyMethod2.MAX_OCTETS) {
            throw new WireException(
                    Fault.TOO_LARGE, "a key method message of more than " + KeyMethod2.MAX_OCTETS + " octets");
        }
        byte[] longer = Arrays.copyOf(soFar, soFar.length + record.length);
        System.arraycopy(record, 0, longer, soFar.length, record.length);
        close();
        soFar = longer;
        boolean full = record.length >= LEAST_FULL_RECORD && Integer.bitCount(record.length) == 1;
        if (!KeyMethod2.isWhole(Unpooled.wrappedBuffer(soFar), full)) {
            return null;
        }
        try {
            return KeyMethod2.decodeClient(Unpooled.wrappedBuffer(soFar));
        } finally {
            close();
        }
    }

    /** Wipes what is there. */
    @Override
    public void close() {
        Arrays.fill(soFar, (byte) 0);
        soFar = new byte[0];
    }
}
