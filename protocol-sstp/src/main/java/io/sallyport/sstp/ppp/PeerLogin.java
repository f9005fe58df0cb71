package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import org.jspecify.annotations.Nullable;

/** The peer's side of one way of authentication. */
sealed interface PeerLogin permits PapPeer, ChapPeer, EapLogin {
    /** LCP is open. */
    void start();

    void receive(Octets information, long nowNanos) throws PppException;

    /** What was said last is said once more, when it is for this end to do so. */
    void retransmit();

    /** A network protocol's packet came: whether that says that the server has accepted us. */
    void networkBegan(long nowNanos);

    /** Whom it tells. */
    interface Owner {
        void send(int protocol, Octets information);

        /** Takes the secret. */
        void accepted(@Nullable Secret keyingMaterial, long nowNanos);

        void refused(String detail, int errorCode, long nowNanos);
    }
}
