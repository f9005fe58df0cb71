package io.sallyport.core.session;

/** Why a session ended, as logs, metrics and accounting say it. */
public enum CloseReason {
    CLIENT_EXIT("the client said goodbye"),
    CLIENT_RECONNECTED("the client began anew"),
    CLIENT_TIMEOUT("nothing was heard from the client"),
    CONNECTION_LOST("the connection was lost"),
    IDLE_TIMEOUT("idle for too long"),
    SESSION_TIMEOUT("the session's time is up"),
    REAUTHENTICATION_FAILED("the client could not authenticate again"),
    KEYS_EXPIRED("the keys were not renewed in time"),
    REPLACED("the same user connected again"),
    REVOKED("the user or certificate is no longer accepted"),
    ADMINISTRATOR("disconnected by the administrator"),
    DISCONNECT_REQUEST("disconnected by the RADIUS server"),
    PROTOCOL_ERROR("the client broke the protocol"),
    BINDING_FAILED("the client did not bind its authentication to this connection"),
    HANDSHAKE_FAILED("the handshake did not finish"),
    NETWORK_LOST("the network behind the gateway is gone"),
    SHUTDOWN("the gateway is stopping"),
    INTERNAL_ERROR("an error of the gateway");

    private final String text;

    CloseReason(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
