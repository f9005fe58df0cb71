package io.sallyport.openvpn.control;

import io.sallyport.core.auth.RejectReason;
import io.sallyport.openvpn.wire.ControlMessage.AuthFailed;
import io.sallyport.openvpn.wire.PeerInfo;

/**
 * Why a client is not let in. Has no stack trace: it is an answer, not an accident.
 */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final String clientText;
    private final boolean temporary;

    /** @param detail for our log */
    Refusal(String clientText, String detail, boolean temporary) {
        super(detail, null, false, false);
        this.clientText = clientText;
        this.temporary = temporary;
    }

    static Refusal of(RejectReason reason, String detail) {
        return new Refusal(reason.clientText(), detail, reason.temporary());
    }

    static Refusal unsupported(String clientText) {
        return new Refusal(clientText, clientText, false);
    }

    String detail() {
        return String.valueOf(getMessage());
    }

    boolean temporary() {
        return temporary;
    }

    /** TEMP makes a client that knows it try again by itself. */
    AuthFailed message(PeerInfo peer) {
        boolean again = temporary && peer.speaks(PeerInfo.PROTO_AUTH_FAIL_TEMP);
        return new AuthFailed(again ? "TEMP:" + clientText : clientText);
    }
}
