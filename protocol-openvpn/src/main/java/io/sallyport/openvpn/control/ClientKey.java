package io.sallyport.openvpn.control;

/** One key id of a client's connection. */
final class ClientKey extends NegotiatedKey {
    /** What is waited for. */
    enum Stage {
        TLS,
        KEY_METHOD,
        /** The first key only. */
        PUSH_REPLY,
        /** A later key: the server may still be deciding, so packets are not yet sealed with it. */
        ACTIVATION,
        NOTHING
    }

    Stage stage = Stage.TLS;

    ClientKey(KeyChannel channel, long now, long finishBy) {
        super(channel, now, finishBy);
    }

    void enter(Stage next, long now) {
        stage = next;
        since = now;
    }
}
