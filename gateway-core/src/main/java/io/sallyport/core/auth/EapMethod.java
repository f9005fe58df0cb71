package io.sallyport.core.auth;

import io.sallyport.core.octets.Octets;

/**
 * The server's side of one EAP method, for one conversation (RFC 3748 §2.2): it sees what stands after the type. {@link EapServer} has the header around it, the identifiers, what comes twice and the
 * choice among methods. One caller at a time; it may block.
 */
public interface EapMethod extends AutoCloseable {
    /** The type of its requests and responses. */
    int type();

    /** More packets than this from the peer, of whatever kind, end the conversation. */
    int mostPackets();

    /**
     * Begins; once.
     *
     * @param identity what the peer called itself, unproven
     */
    Turn begin(String identity) throws InterruptedException;

    /** @param data of the peer's response to the last request, which nobody has looked at */
    Turn receive(Octets data) throws InterruptedException;

    /** Wipes what it held but the grant of {@link Turn.Accept}, which whoever got it wipes; closing twice is harmless. */
    @Override
    void close();

    /** What a method does with a response. */
    sealed interface Turn {
        /** The next request has this data. */
        record Ask(Octets data) implements Turn {}

        /** The last request counts still, and is sent again. */
        record Again() implements Turn {}

        /** The method has ended well, and the peer knows as much of it as the method tells: EAP-Success. */
        record Accept(Grant grant) implements Turn {}

        /** EAP-Failure. */
        record Refuse(AuthDecision.Reject reject) implements Turn {
            public static Refuse of(RejectReason reason, String detail) {
                return new Refuse(new AuthDecision.Reject(reason, detail));
            }
        }
    }
}
