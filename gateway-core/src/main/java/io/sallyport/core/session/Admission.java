package io.sallyport.core.session;

import io.sallyport.core.auth.AuthDecision;
import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.EapConversation;
import io.sallyport.core.auth.Grant;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.worker.Worker;
import java.util.function.Consumer;

/**
 * The way in, for every protocol. Each method returns at once; what may wait (RADIUS, a lease's file) happens on a virtual thread, and the answer runs on the worker given, never
 * before the method returned, and never after {@link Pending#cancel}. The number of questions under way is bounded: beyond it the answer is
 * {@code TOO_BUSY}.
 */
public interface Admission {
    /** A question under way. */
    interface Pending {
        /** On the worker: nobody wants the answer any more. A session that the answer would have brought never is. The authenticator is not interrupted. */
        void cancel();
    }

    /** Asks the authenticator, and no more: a reauthentication ends here. Closes the request's secrets when it is answered. */
    Pending authenticate(Worker worker, AuthRequest request, Consumer<AuthDecision> answer);

    /** One step of an EAP conversation. */
    Pending eap(Worker worker, EapConversation conversation, Octets response, Consumer<EapConversation.Step> answer);

    /** A conversation for this client, which the protocol closes, also while a step is under way: it then ends after that step. */
    EapConversation startEap(ClientContext client);

    /**
     * Limits, then a lease, then a session that is {@code OPEN}; the protocol brings it up or closes it, and asks with {@link Session#whileOpen} to be told if somebody else closes it first.
     *
     * <p>Over its user's limit a session gets the place of one whose client is silent ({@link Link#isSilent}), in every case. A user that connects again over its own limit, or whose fixed address its own older session has, replaces that session ({@link CloseReason#REPLACED}); an address of
     * another user's stays taken. Framed routes that would swallow the traffic of others are left out of the session's grant, with a warning in the log: {@code 0.0.0.0/0}, {@code
     * ::/0}, and what overlaps a pool, which holds the gateway's own address too. A grant that is no longer acceptable once the session can be found is refused.
     */
    Pending open(Worker worker, ClientContext client, Grant grant, Consumer<Admittance> answer);

    /** A name for a session to be: 16 hexadecimal digits that no session of this gateway ever had. */
    String newSessionId();

    /** The answer to {@link #open}. */
    sealed interface Admittance {
        record Opened(Session session) implements Admittance {}

        /**
         * @param clientText what the client may be told
         * @param detail for the log
         * @param temporary whether trying again later may help
         */
        record Refused(String clientText, String detail, boolean temporary) implements Admittance {}
    }
}
