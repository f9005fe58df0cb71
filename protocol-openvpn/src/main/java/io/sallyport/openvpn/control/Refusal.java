package io.sallyport.openvpn.control;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.openvpn.wire.ControlMessage;
import io.sallyport.openvpn.wire.ControlMessage.AuthFailed;
import io.sallyport.openvpn.wire.PeerInfo;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

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

    static Refusal of(AuthDecision.Reject reject) {
        String message = reject.message();
        String text = message == null ? reject.reason().clientText() : message;
        // A client that brought a token forgets it, and asks its user.
        boolean token = reject.reason() == RejectReason.TOKEN_EXPIRED;
        return new Refusal(
                token ? "SESSION:" + text : text,
                reject.reason() + ": " + reject.detail(),
                reject.reason().temporary());
    }

    /** One more question for the user, who answers it on a new connection: {@code CRV1:flags:handle:user:text}. */
    static Refusal question(AuthDecision.Challenge challenge, String user, String handle) {
        String name = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        String start = "CRV1:R" + (challenge.echo() ? ",E" : "") + ":" + handle + ":" + name + ":";
        int room = ControlMessage.MAX_SENT_OCTETS - "AUTH_FAILED,".length() - 1 - start.length();
        String text = challenge.text().replaceAll("[\\p{Cntrl}]+", " ");
        return new Refusal(
                start + text.substring(0, Math.clamp(text.length(), 0, Math.max(0, room))),
                "one more question for the user",
                false);
    }

    /** TEMP makes a client that knows it try again by itself. */
    AuthFailed message(PeerInfo peer) {
        boolean again = temporary && peer.speaks(PeerInfo.PROTO_AUTH_FAIL_TEMP);
        return new AuthFailed(again ? "TEMP:" + clientText : clientText);
    }
}
