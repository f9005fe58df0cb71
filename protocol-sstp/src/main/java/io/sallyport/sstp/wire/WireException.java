package io.sallyport.sstp.wire;

import java.util.List;

/** A peer's control message that is not what MS-SSTP says. Has no stack trace: it is an answer, not an accident. */
public final class WireException extends Exception {
    private static final long serialVersionUID = 1;

    private final int messageType;
    private final transient List<StatusInfo> reasons;

    /**
     * @param messageType of the message, -1 when it has none
     * @param reasons at least one
     */
    WireException(int messageType, List<StatusInfo> reasons, String detail) {
        super(detail, null, false, false);
        this.messageType = messageType;
        this.reasons = List.copyOf(reasons);
    }

    public int messageType() {
        return messageType;
    }

    /** What the peer is to be told, with the values that are refused: at least one. */
    public List<StatusInfo> reasons() {
        return reasons;
    }
}
