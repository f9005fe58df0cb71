package io.sallyport.sstp.server;

import io.sallyport.core.session.CloseReason;
import io.sallyport.core.worker.Verdict;
import io.sallyport.sstp.control.CallEnd;
import io.sallyport.sstp.ppp.PppEnd;
import org.jspecify.annotations.Nullable;

/** How the ends of calls and of PPP are counted, and called in the core. */
final class Reasons {
    private Reasons() {}

    /** Null when it is nothing to count. */
    static @Nullable Verdict verdict(CallEnd.Cause cause) {
        return switch (cause) {
            case BINDING -> Verdict.BINDING_MISMATCH;
            case PROTOCOL -> Verdict.PROTOCOL_VIOLATION;
            case NEGOTIATION_TIMEOUT -> Verdict.DEADLINE_PASSED;
            case PEER_DISCONNECT, PEER_ABORT, LOCAL, SILENCE -> null;
        };
    }

    /** @param own why this end wants it, where it does */
    static CloseReason of(CallEnd.Cause cause, @Nullable CloseReason own) {
        return switch (cause) {
            case PEER_DISCONNECT, PEER_ABORT -> CloseReason.CLIENT_EXIT;
            case BINDING -> CloseReason.BINDING_FAILED;
            case PROTOCOL -> CloseReason.PROTOCOL_ERROR;
            case NEGOTIATION_TIMEOUT -> CloseReason.HANDSHAKE_FAILED;
            case SILENCE -> CloseReason.CLIENT_TIMEOUT;
            case LOCAL -> own == null ? CloseReason.INTERNAL_ERROR : own;
        };
    }

    /** @param own why this end wants it, where it does */
    static CloseReason of(PppEnd.Cause cause, @Nullable CloseReason own) {
        return switch (cause) {
            case CLIENT -> CloseReason.CLIENT_EXIT;
            case GATEWAY -> own == null ? CloseReason.INTERNAL_ERROR : own;
            case AUTHENTICATION, NEGOTIATION -> CloseReason.HANDSHAKE_FAILED;
            case SILENCE -> CloseReason.CLIENT_TIMEOUT;
            case PROTOCOL -> CloseReason.PROTOCOL_ERROR;
        };
    }
}
