package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;

/** The authenticator's side of one way of authentication, from LCP's opening to the answer and after it. */
sealed interface PeerAuthentication permits PapAuthenticator, ChapAuthenticator, EapAuthenticator {
    void start(long nowNanos);

    void receive(Octets information, long nowNanos) throws PppException;

    /** Whoever decides was asked and has not answered. */
    boolean isDeciding();

    /** The client is to say something. */
    boolean isAwaiting();

    /** The last question is sent once more. */
    void retransmit(long nowNanos);

    /** Whom it tells. */
    interface Owner {
        void send(int protocol, Octets information);

        /** The last question shall be sent again after the usual time; the client has a new period to answer. */
        void asked(long nowNanos);

        /** The client was refused, and was told so. */
        void refused(String detail, long nowNanos);

        PppServerOut out();
    }
}
