package io.sallyport.openvpn.control;

import io.sallyport.core.session.CloseReason;
import io.sallyport.openvpn.wire.ControlMessage;
import org.jspecify.annotations.Nullable;

/**
 * What a client is told when the gateway ends its session: whether it may come back by itself, and with what.
 *
 * <ul>
 *   <li>{@code RESTART,[P]}: it comes back at once, and nobody is asked anything. The end was not its user's doing.
 *   <li>{@code RESTART}: it comes back at once, without the password that it remembers; its token does not count any more either. Its user is asked again, or, where a file or a certificate answers,
 *       it has proven once more who it is: that is what a session timeout asks for. One that nobody answers stays outside.
 *   <li>{@code HALT}: it ends, and comes back when its user wants. Somebody wished it gone (the operator, RADIUS, the same user elsewhere), or nobody used it: a client that comes back
 *       by itself would only be idle again.
 *   <li>{@code AUTH_FAILED}: it is not let in any more.
 * </ul>
 */
final class Farewell {
    private static final String KEEP_PASSWORD = "[P]";
    private static final String FORGET_PASSWORD = "";

    private Farewell() {}

    /** Null when there is nobody to tell. */
    static @Nullable ControlMessage message(CloseReason reason) {
        return switch (reason) {
            case SHUTDOWN, NETWORK_LOST, INTERNAL_ERROR, KEYS_EXPIRED -> new ControlMessage.Restart(KEEP_PASSWORD);
            case SESSION_TIMEOUT -> new ControlMessage.Restart(FORGET_PASSWORD);
            case ADMINISTRATOR, DISCONNECT_REQUEST, REPLACED, IDLE_TIMEOUT -> new ControlMessage.Halt(reason.text());
            case REVOKED, REAUTHENTICATION_FAILED -> new ControlMessage.AuthFailed(reason.text());
            case CLIENT_EXIT,
                    CLIENT_RECONNECTED,
                    CLIENT_TIMEOUT,
                    CONNECTION_LOST,
                    PROTOCOL_ERROR,
                    BINDING_FAILED,
                    HANDSHAKE_FAILED -> null;
        };
    }
}
