package io.sallyport.openvpn.control;

import io.sallyport.core.session.CloseReason;
import io.sallyport.openvpn.wire.ControlMessage;
import org.jspecify.annotations.Nullable;

/** What a client is told when the gateway ends its session: whether it may come back by itself. */
final class Farewell {
    /** Without P a client forgets the password that its user has typed, and asks for it again before it comes back. */
    private static final String KEEP_PASSWORD = "[P]";

    private Farewell() {}

    /** Null when there is nobody to tell. */
    static @Nullable ControlMessage message(CloseReason reason) {
        return switch (reason) {
            case SHUTDOWN, NETWORK_LOST, INTERNAL_ERROR, KEYS_EXPIRED -> new ControlMessage.Restart(KEEP_PASSWORD);
            case ADMINISTRATOR, DISCONNECT_REQUEST, REPLACED, SESSION_TIMEOUT, IDLE_TIMEOUT ->
                new ControlMessage.Halt(reason.text());
            case REVOKED, REAUTHENTICATION_FAILED -> new ControlMessage.AuthFailed(reason.text());
            case CLIENT_EXIT, CLIENT_RECONNECTED, CLIENT_TIMEOUT, CONNECTION_LOST, PROTOCOL_ERROR, HANDSHAKE_FAILED ->
                null;
        };
    }
}
