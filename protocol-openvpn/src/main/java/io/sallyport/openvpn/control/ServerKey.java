package io.sallyport.openvpn.control;

import io.sallyport.core.session.CloseReason;

/** One key id of a server's connection: its channel, and how far its negotiation is. */
final class ServerKey extends NegotiatedKey {
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

    final KeyMethodAssembly assembly = new KeyMethodAssembly();
    Stage stage = new Stage.AwaitTls();

    /** When the client is to be told that the decision takes its time. */
    long patienceAt = Deadline.NEVER;

    /** By when there must be a decision, however often the client is told. */
    long decideBy = Deadline.NEVER;

    ServerKey(KeyChannel channel, long now, long finishBy) {
        super(channel, now, finishBy);
    }

    @Override
    void close() {
        super.close();
        assembly.close();
    }

    boolean active() {
        return stage instanceof Stage.Active;
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
