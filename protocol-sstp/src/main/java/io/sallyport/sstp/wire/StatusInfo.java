package io.sallyport.sstp.wire;

import io.sallyport.core.octets.Octets;

/**
 * The Status Info attribute, MS-SSTP §2.2.8.
 *
 * @param attributeId which attribute it is about, 0 to 255
 * @param status a {@link Status#code}, or one that is not known here
 * @param value in a negative acknowledgment the refused attribute's value, as much of it as fits; else empty
 */
public record StatusInfo(int attributeId, int status, Octets value) {
    /** "The maximum length of this field MUST be 64 bytes. If the original attribute is greater than 64 bytes, only the first 64 bytes are sent back." */
    public static final int MAX_VALUE = 64;

    public StatusInfo {
        if (attributeId < 0 || attributeId > 0xff || value.length() > MAX_VALUE) {
            throw new IllegalArgumentException("no Status Info attribute can say that");
        }
    }

    public static StatusInfo of(int attributeId, Status status) {
        return new StatusInfo(attributeId, status.code(), Octets.EMPTY);
    }

    /** With the value that is refused. */
    static StatusInfo of(int attributeId, Status status, Octets refused) {
        return new StatusInfo(attributeId, status.code(), refused.slice(0, Math.min(refused.length(), MAX_VALUE)));
    }
}
