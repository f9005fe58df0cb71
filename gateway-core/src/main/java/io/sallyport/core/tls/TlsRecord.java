package io.sallyport.core.tls;

import java.nio.ByteBuffer;

/** Where a TLS record ends. */
final class TlsRecord {
    private static final int HEADER_OCTETS = 5;
    private static final int FIRST_CONTENT_TYPE = 20;
    private static final int LAST_CONTENT_TYPE = 24;
    private static final int MAJOR_VERSION = 3;
    /** RFC 5246 §6.2.3: 2^14 octets and up to 2048 more. */
    private static final int LONGEST_FRAGMENT = 16 * 1024 + 2048;

    private TlsRecord() {}

    /**
     * How many octets the record at the front has, once all of it is there, else 0: asking the engine costs a buffer, and a peer that sends octet by octet would have it asked for every one of
     * them. What is no record at all goes to the engine as it is, which refuses it.
     */
    static int whole(ByteBuffer from) {
        if (from.remaining() < HEADER_OCTETS) {
            return 0;
        }
        // RFC 8446 §5.1: type, legacy_record_version, length
        int at = from.position();
        int type = from.get(at);
        int length = from.getShort(at + 3) & 0xffff;
        if (type < FIRST_CONTENT_TYPE
                || type > LAST_CONTENT_TYPE
                || from.get(at + 1) != MAJOR_VERSION
                || length > LONGEST_FRAGMENT) {
            return from.remaining();
        }
        int record = HEADER_OCTETS + length;
        return from.remaining() >= record ? record : 0;
    }
}
