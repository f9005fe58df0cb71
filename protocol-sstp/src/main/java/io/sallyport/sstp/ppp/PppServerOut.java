package io.sallyport.sstp.ppp;

import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.octets.Octets;

/** What a {@link PppServer} wants done; called from within its own methods, of which these may call {@link PppServer#lowerDown} alone. */
public interface PppServerOut {
    /**
     * Sends one frame of a control protocol.
     *
     * @param information what follows the protocol field
     */
    void send(int protocol, Octets information);

    /** Asks who the client is; the answer is {@link PppServer#accepted} or {@link PppServer#refused}. Takes the request's secrets. */
    void authenticate(AuthRequest request);

    /**
     * One step of the EAP conversation, which begins with the first call; the answer is {@link PppServer#eapRequest}, {@link PppServer#eapSuccess} or {@link
     * PppServer#eapFailure}. One step at a time. Empty once more means a new conversation: the client has negotiated the link anew before it was authenticated.
     *
     * @param response a whole EAP packet, its length field checked, or empty for the first request
     */
    void eap(Octets response);

    /** A packet of the client was none, or was too large; it changed nothing. */
    void discarded();

    /** The client was told that it is who it says: the keys of the authentication count from here. Once. */
    void authenticated();

    /** Packets of this family may flow both ways. */
    void opened(Family family);

    /** They may no more: the family is negotiated anew, or is over. */
    void closed(Family family);

    /** Call {@link PppServer#wake} at this time; the last call counts. */
    void wakeAt(long nanos);

    /** The link is over, and nothing more is sent. Once, and the last call. */
    void ended(PppEnd end);

    /** What a network control protocol is for. */
    enum Family {
        IPV4,
        IPV6
    }
}
