package io.sallyport.sstp.wire;

/** What one end tells the other of an attribute or of the call, MS-SSTP §2.2.8. */
public enum Status {
    NO_ERROR,
    DUPLICATE_ATTRIBUTE,
    UNRECOGNIZED_ATTRIBUTE,
    INVALID_ATTRIB_VALUE_LENGTH,
    VALUE_NOT_SUPPORTED,
    UNACCEPTED_FRAME_RECEIVED,
    RETRY_COUNT_EXCEEDED,
    INVALID_FRAME_RECEIVED,
    NEGOTIATION_TIMEOUT,
    ATTRIB_NOT_SUPPORTED_IN_MSG,
    REQUIRED_ATTRIBUTE_MISSING,
    STATUS_INFO_NOT_SUPPORTED_IN_MSG;

    /** As on the wire. */
    public int code() {
        return ordinal();
    }
}
