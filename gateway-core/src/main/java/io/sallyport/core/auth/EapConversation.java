package io.sallyport.core.auth;

import io.sallyport.core.octets.Octets;

/**
 * The server's side of one EAP conversation (RFC 3748), ended here or relayed; PPP and IKEv2 carry its packets without looking
 * inside. One caller at a time; {@link #receive} blocks, and runs on a virtual thread.
 */
public interface EapConversation extends AutoCloseable {
    /** @param response a whole EAP packet from the peer, its length field checked, or empty to be told the first request */
    Step receive(Octets response) throws InterruptedException;

    /**
     * Forgets the conversation and wipes what it held; closing twice is harmless. Of one that {@code session.Admission} started it may be called at any time: it waits for the step under
     * way, without blocking.
     */
    @Override
    void close();

    /** What to send to the peer, and whether that ends it. */
    sealed interface Step {
        Octets packet();

        /** EAP-Request: the conversation goes on. */
        record Request(Octets packet) implements Step {}

        /** EAP-Success; the grant's keying material is the MSK where the method makes one. */
        record Success(Octets packet, Grant grant) implements Step {}

        /** EAP-Failure. */
        record Failure(Octets packet, AuthDecision.Reject reject) implements Step {}
    }

    /** Answers everybody with EAP-Failure. */
    EapConversation REFUSING = new EapConversation() {
        @Override
        public Step receive(Octets response) {
            byte identifier = response.length() > 1 ? response.at(1) : 0;
            return new Step.Failure(
                    Octets.of((byte) 4, identifier, (byte) 0, (byte) 4),
                    new AuthDecision.Reject(RejectReason.METHOD_UNSUPPORTED, "EAP is not offered"));
        }

        @Override
        public void close() {}
    };
}
