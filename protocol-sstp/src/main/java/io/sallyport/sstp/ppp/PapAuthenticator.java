package io.sallyport.sstp.ppp;

import io.sallyport.core.auth.AuthRequest;
import io.sallyport.core.auth.ClientContext;
import io.sallyport.core.auth.RejectReason;
import io.sallyport.core.octets.Octets;
import io.sallyport.core.octets.Secret;
import io.sallyport.sstp.ppp.PapPacket.AuthenticateAck;
import io.sallyport.sstp.ppp.PapPacket.AuthenticateNak;
import io.sallyport.sstp.ppp.PapPacket.AuthenticateRequest;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * PAP (RFC 1334 §2) at the server. One request is asked about; whatever other requests say, they get what that one got, so that nobody
 * is authenticated anew.
 */
final class PapAuthenticator implements PeerAuthentication {
    private final ClientContext client;
    private final Owner owner;
    private boolean asked;
    private int identifier;
    private @Nullable Boolean answer;
    private Octets message = Octets.EMPTY;

    PapAuthenticator(ClientContext client, Owner owner) {
        this.client = client;
        this.owner = owner;
    }

    @Override
    public void start(long now) {}

    /** Its packets have a way of their own, because there are passwords in them. */
    @Override
    public void receive(Octets information, long now) {}

    /** Borrows the information. */
    void receive(Secret information, long now) throws PppException {
        if (!(PapPacket.decode(information) instanceof AuthenticateRequest request)) {
            return;
        }
        identifier = request.identifier();
        if (asked) {
            request.password().close();
            // RFC 1334 §2.2.1: "the authenticator MUST allow repeated Authenticate-Request packets after completing the
            // Authentication phase. Protocol phase MUST return the same reply Code returned when the Authentication
            // phase completed"
            reply();
            return;
        }
        asked = true;
        String user = new String(request.peerId().toByteArray(), StandardCharsets.UTF_8);
        owner.out().authenticate(new AuthRequest.Password(client, user, request.password(), null));
    }

    @Override
    public boolean isDeciding() {
        return asked && answer == null;
    }

    @Override
    public boolean isAwaiting() {
        return !asked;
    }

    /** The peer is the one who repeats itself in PAP. */
    @Override
    public void retransmit(long now) {}

    void accepted(@Nullable String text) {
        answer(true, text);
    }

    void refused(RejectReason reason, @Nullable String text, long now) {
        answer(false, text == null ? reason.clientText() : text);
        owner.refused("PAP: " + reason, now);
    }

    private void answer(boolean accepted, @Nullable String text) {
        answer = accepted;
        byte[] octets = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        Octets whole = Octets.of(octets);
        message = whole.slice(0, Math.min(whole.length(), PapPacket.MAX_OCTETS));
        reply();
    }

    private void reply() {
        if (answer != null) {
            PapPacket reply =
                    answer ? new AuthenticateAck(identifier, message) : new AuthenticateNak(identifier, message);
            owner.send(PppProtocol.PAP, PapPacket.encode(reply));
        }
    }
}
