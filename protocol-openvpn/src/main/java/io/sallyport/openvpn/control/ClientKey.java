package io.sallyport.openvpn.control;

/** One key id of a client's connection. */
final class ClientKey {
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

    final KeyChannel channel;
    final long finishBy;
    Stage stage = Stage.TLS;
    /** When the stage began. */
    long since;

    ClientKey(KeyChannel channel, long now, long finishBy) {
        this.channel = channel;
        this.since = now;
        this.finishBy = finishBy;
    }

    int keyId() {
        return channel.keyId();
    }

    int nextKeyId() {
        return ServerKey.after(keyId());
    }

    void enter(Stage next, long now) {
        stage = next;
        since = now;
    }
}
