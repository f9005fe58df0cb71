package io.sallyport.openvpn.control;

import io.sallyport.core.session.CloseReason;

/** One key id of a server's connection: its channel, and how far its negotiation is. */
final class ServerKey {
    /** What is waited for. */
    sealed interface Stage {
        record AwaitTls() implements Stage {}

        record AwaitKeyMethod() implements Stage {}

        /** The authenticator is asked. */
        record AwaitDecision(ClientOffer offer) implements Stage {}

        /** A session and its addresses are asked for; the first key only. */
        record AwaitAdmission(ClientOffer offer) implements Stage {}

        /** Everything is decided, and the client has to ask for it; the first key only. */
        record AwaitPushRequest(ClientOffer offer, Assignment assignment) implements Stage {}

        /** Of a later key: the client must have our key method message before we use the key. */
        record AwaitConfirmation(ClientOffer offer) implements Stage {}

        /** In use, or was. */
        record Active(ClientOffer offer) implements Stage {}

        /** The client is being told that it was refused. */
        record AwaitFarewell(CloseReason reason, String detail) implements Stage {}
    }

    final KeyChannel channel;
    final long finishBy;
    Stage stage = new Stage.AwaitTls();

    /** When it became active, and when a lame duck's time is over. */
    long since;

    ServerKey(KeyChannel channel, long finishBy) {
        this.channel = channel;
        this.finishBy = finishBy;
    }

    int keyId() {
        return channel.keyId();
    }

    boolean active() {
        return stage instanceof Stage.Active;
    }

    /** 0 comes once; then 1 to 7 and 1 again. */
    int nextKeyId() {
        return after(keyId());
    }

    static int after(int keyId) {
        return keyId == 7 ? 1 : keyId + 1;
    }

    /** For the log of a negotiation that did not finish. */
    String waitsFor() {
        return switch (stage) {
            case Stage.AwaitTls() -> "TLS";
            case Stage.AwaitKeyMethod() -> "the client's key method message";
            case Stage.AwaitDecision(ClientOffer offer) -> "the authenticator";
            case Stage.AwaitAdmission(ClientOffer offer) -> "an address";
            case Stage.AwaitPushRequest(ClientOffer offer, Assignment assignment) -> "PUSH_REQUEST";
            case Stage.AwaitConfirmation(ClientOffer offer) -> "the client's acknowledgement";
            case Stage.Active(ClientOffer offer) -> "nothing";
            case Stage.AwaitFarewell(CloseReason reason, String detail) -> "the client's acknowledgement";
        };
    }
}
