package io.sallyport.sstp.ppp;

import io.sallyport.core.octets.Octets;
import org.jspecify.annotations.Nullable;

/** EAP (RFC 3748) at the server: carries one conversation's packets, one step at a time, and sends the last Request again until it is answered. */
final class EapAuthenticator implements PeerAuthentication {
    private final Owner owner;
    private boolean deciding;
    private boolean over;
    private @Nullable Octets request;

    EapAuthenticator(Owner owner) {
        this.owner = owner;
    }

    @Override
    public void start(long now) {
        deciding = true;
        owner.out().eap(Octets.EMPTY);
    }

    @Override
    public void receive(Octets information, long now) throws PppException {
        EapHeader response = EapHeader.decode(information);
        Octets last = request;
        // RFC 3748 §4.1: "The Identifier field of the Response MUST match that of the currently outstanding Request."
        if (deciding
                || over
                || last == null
                || response.code() != EapHeader.RESPONSE
                || response.identifier() != (last.at(1) & 0xff)) {
            return;
        }
        deciding = true;
        owner.out().eap(response.packet());
    }

    @Override
    public boolean isDeciding() {
        return deciding;
    }

    @Override
    public boolean isAwaiting() {
        return !deciding && !over;
    }

    @Override
    public void retransmit(long now) {
        Octets last = request;
        if (isAwaiting() && last != null) {
            owner.send(PppProtocol.EAP, last);
        }
    }

    void request(Octets packet, long now) {
        deciding = false;
        request = packet;
        retransmit(now);
        owner.asked(now);
    }

    void succeeded(Octets packet) {
        end(packet);
    }

    void failed(Octets packet, String detail, long now) {
        end(packet);
        owner.refused("EAP: " + detail, now);
    }

    private void end(Octets packet) {
        deciding = false;
        over = true;
        owner.send(PppProtocol.EAP, packet);
    }
}
